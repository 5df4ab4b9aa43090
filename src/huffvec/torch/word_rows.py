"""The common part of layers that give every word a row and score it by a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huffvec.errors import ConfigError
from huffvec.torch.gather import gather
from huffvec.torch.layer import OutputLayer
from huffvec.torch.softmax_terms import compute_dtype, softmax_terms, wide
from huffvec.torch.tables import floats

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts


class WordRows(OutputLayer):
    """A layer whose log-probabilities are the softmax of the scores h·o_x + b_x.

    Parameters
    ----------
    dim, vocabulary_or_counts, reduction, ignore_index
        As for `OutputLayer`.
    bias
        Whether words have a bias; the trainer's objectives have none.
    sparse
        Whether the gradient of ``weight`` is sparse, as `torch.nn.Embedding`'s: then a step costs
        nothing for words that were not drawn, but few optimizers take it, and
        DistributedDataParallel does not. Only layers that gather rows have the choice.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight
        Parameter (V, dim): the output row of every word, as `torch.nn.Linear` starts it. It may be
        tied to an embedding: ``layer.weight = embedding.weight``.
    bias
        Parameter (V,), or None.
    """

    gathers: ClassVar[bool] = False  # whether training reads some rows only

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        *,
        bias: bool = False,
        sparse: bool = False,
        reduction: str = "mean",
        ignore_index: int = -100,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, reduction=reduction, ignore_index=ignore_index)
        if sparse and not self.gathers:
            raise ConfigError(
                f"{type(self).__name__} reads the rows of all words, so their gradient cannot be "
                "sparse"
            )
        self.sparse = sparse
        self.make_parameters(bias, device, dtype)

    def make_parameters(self, bias: bool, device: Any, dtype: Any) -> None:
        """Make what `rows`, `gather` and the scores are computed from."""
        self.weight, self.bias = make_rows(self.n_words, self.dim, bias, device, dtype)

    def rows(self) -> Tensor:
        """Return the output rows of all words, (V, dim)."""
        return self.weight

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return the scores of all words, normalised, (n, V)."""
        return torch.log_softmax(wide(F.linear(hidden, self.rows(), self.bias)), dim=1)

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return log p(target | hidden), (n,), holding the scores of a block of words at a time."""
        log_z, score = self.terms(hidden, target)
        return score - log_z

    def terms(self, hidden: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Return log Σ exp(scores) over all words and the target's score, both (n,)."""
        terms: tuple[Tensor, Tensor] = softmax_terms(
            hidden, self.rows(), self.bias, target, compute_dtype(hidden)
        )
        return terms

    def gather(self, word_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return the rows (n, dim) and biases (n,) of words; zeros where there are no biases."""
        rows = gather(self.weight, word_ids, sparse=self.sparse)
        bias = rows.new_zeros(len(word_ids)) if self.bias is None else self.bias[word_ids]
        return rows, bias

    def target_scores(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the score of each target, (n,): one row each."""
        rows, bias = self.gather(target)
        return wide((hidden * rows).sum(dim=1) + bias)

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows into ``weight``; biases are 0."""
        self.weight.copy_(torch.as_tensor(output_vectors[: self.n_words].copy()))
        if self.bias is not None:
            self.bias.zero_()

    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return ``weight`` as a model has it."""
        return floats(self.weight)


def make_rows(
    n: int, dim: int, bias: bool, device: Any, dtype: Any
) -> tuple[nn.Parameter, nn.Parameter | None]:
    """Return a weight (n, dim), uniform in ±1/sqrt(dim) as `nn.Linear`'s, and a bias of zeros."""
    weight = torch.empty(n, dim, device=device, dtype=dtype)
    nn.init.uniform_(weight, -(dim**-0.5), dim**-0.5)
    zeros = nn.Parameter(torch.zeros(n, device=device, dtype=dtype)) if bias else None
    return nn.Parameter(weight), zeros

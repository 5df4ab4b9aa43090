"""What every output layer has: a loss, log-probabilities, the most probable words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from huffvec.checks import check_choice, check_int
from huffvec.errors import ConfigError, ShapeError
from huffvec.objectives.renamed import check_renamed
from huffvec.torch.given import check_target, counts_of, words_and_rows
from huffvec.torch.softmax_terms import wide
from huffvec.torch.tables import TableModule

if TYPE_CHECKING:
    from typing_extensions import Self

    from huffvec.classify.classifier import Classifier
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.model import Model
    from huffvec.objectives import Objective
    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts as Counts


TOPK_SCORES = 1 << 24  # log-probabilities that `topk` has in memory at once


class TopK(NamedTuple):
    """The most probable words, best first, as `torch.topk` returns them.

    Attributes
    ----------
    values
        Log-probabilities, (…, k).
    indices
        Word ids, int64 (…, k).
    """

    values: Tensor
    indices: Tensor


class OutputLayer(TableModule, ABC):
    """Predicts one of V words from a hidden vector; members differ in how they avoid O(V).

    Members are in files of their own and implement `losses`, `log_probs` and, where there is a
    cheaper way, `target_log_probs`, all of them for a flat batch.

    Parameters
    ----------
    dim
        Numbers in a hidden vector.
    vocabulary_or_counts
        A :class:`~huffvec.corpus.vocabulary.Vocabulary`, or how often each class occurs: V whole
        numbers from 0.
    reduction
        ``"mean"`` over the targets that are not ignored, ``"sum"`` or ``"none"``.
    ignore_index
        Targets of this value do not count: their loss is 0, and nothing flows back from them.

    Raises
    ------
    ConfigError
        If an option cannot be used.
    """

    objective: ClassVar[str]  # the trainer's name for it
    record: Objective  # that of the trainer with the layer's options

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Make a layer; raise ConfigError for an option by the name that it had before."""
        check_renamed(options)
        return super().__new__(cls)

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        *,
        reduction: str = "mean",
        ignore_index: int = -100,
    ) -> None:
        super().__init__()
        self.dim = check_int("dim", dim, 1, 2**31 - 1)
        self.counts = counts_of(vocabulary_or_counts)
        self.n_words = len(self.counts)
        self.reduction = check_choice("reduction", reduction, ("mean", "sum", "none"))
        self.ignore_index = check_int("ignore_index", ignore_index, -(2**63), 2**63 - 1)

    @abstractmethod
    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the loss of each target, (n,); hidden is (n, dim), target int64 (n,)."""

    @abstractmethod
    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log p(word | hidden) of every word, (n, V); hidden is (n, dim)."""

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return log p(target | hidden), (n,); hidden is (n, dim), target int64 (n,)."""
        return self.log_probs(hidden).gather(1, target[:, None])[:, 0]

    @classmethod
    def from_model(cls, model: Model | Classifier, **options: Any) -> Self:
        """Return the layer with the options and the weights of a model that huffvec trained.

        Or of a classifier. Options may be given to override the model's.

        Raises
        ------
        ConfigError
            If the model was trained with another objective.
        """
        bound, (words, rows) = model.bound, words_and_rows(model)
        if bound.objective.name != cls.objective:
            raise ConfigError(
                f"{cls.__name__} needs a model of {cls.objective}, and this one was trained with "
                f"{bound.objective.name}"
            )
        layer = cls(model.config.dim, words, **{**cls.options_of(bound), **options})
        with torch.no_grad():
            layer.set_rows(rows, bound)
        return layer

    @classmethod
    def options_of(cls, bound: BoundObjective) -> dict[str, Any]:
        """Return the layer's options that make it what a model's objective is."""
        return asdict(bound.objective)

    @abstractmethod
    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's output rows into the parameters; biases, which it has none of, are 0."""

    @abstractmethod
    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return the output rows as a model of the bound objective has them: a copy."""

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundObjective:
        """Return the trainer's objective with the layer's options and these words."""
        return self.record.bind(vocabulary, config)

    def forward(self, hidden: Tensor, target: Tensor, **draws: Any) -> Tensor:
        """Return the loss of predicting target from hidden.

        Parameters
        ----------
        hidden
            (…, dim).
        target
            Word ids, whole numbers (…), from 0 to V - 1 or ``ignore_index``.
        **draws
            For layers that sample: ``samples`` or ``generator``, see their `draw`.

        Returns
        -------
        Tensor
            A scalar, or (…) if ``reduction`` is ``"none"``. The mean of no targets is NaN, as in
            PyTorch's losses.

        Raises
        ------
        ShapeError
            If shapes or dtypes do not fit.
        TargetError
            If a target is out of range (on CPUs; elsewhere looking would make the device wait).
        """
        self.check_hidden(hidden)
        check_target(target, hidden, self.n_words, self.ignore_index)
        target = target.long()
        keep = (target != self.ignore_index).flatten()
        # Words are gathered for ignored targets too, so that shapes do not depend on values;
        # whatever their hidden vectors hold, zeros are as good.
        rows = torch.where(keep[:, None], hidden.reshape(-1, self.dim), 0)
        words = torch.where(keep, target.flatten(), 0)
        if self.reduction == "none":
            losses = self.losses(rows, words, **draws)
            return torch.where(keep, losses, 0).reshape(target.shape)
        weights = keep.to(wide(hidden).dtype)
        if self.reduction == "mean":
            weights = weights / weights.sum()
        return self.weighted_loss(rows, words, weights, **draws)

    def weighted_loss(
        self, hidden: Tensor, target: Tensor, row_weights: Tensor, **draws: Any
    ) -> Tensor:
        """Return the sum of the losses, each times its weight (n,); those of weight 0 are left out.

        Layers override it where a sum costs less than its parts.
        """
        losses = self.losses(hidden, target, **draws)
        return torch.where(row_weights == 0, 0, losses * row_weights).sum()

    def unnormalised_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return log p(target | hidden), (n,), from one row each, trusting the normaliser.

        Raises
        ------
        ConfigError
            If training drives the normaliser towards no constant.
        """
        raise ConfigError(
            f"{type(self).__name__} has no normaliser that can be trusted; leave exact as it is"
        )

    def log_prob(
        self, hidden: Tensor, target: Tensor | None = None, *, exact: bool = True
    ) -> Tensor:
        """Return log-probabilities, normalised over the vocabulary.

        Parameters
        ----------
        hidden
            (…, dim).
        target
            Word ids (…), or None for all words.
        exact
            False trusts that log Z is what training drives it towards, so that a target costs one
            row. Only with targets, and for self-normalised softmax, infrequent normalisation and
            NCE.

        Returns
        -------
        Tensor
            (…) for the targets; (…, V) without.

        Raises
        ------
        ShapeError, TargetError
            As `forward`.
        ConfigError
            If the layer has no normaliser to trust, or there are no targets to trust it for.
        """
        self.check_hidden(hidden)
        rows = hidden.reshape(-1, self.dim)
        if target is None:
            if not exact:
                raise ConfigError("log-probabilities of all words are always exact; give a target")
            return self.log_probs(rows).reshape(*hidden.shape[:-1], self.n_words)
        check_target(target, hidden, self.n_words)
        ask = self.target_log_probs if exact else self.unnormalised_log_probs
        return ask(rows, target.long().flatten()).reshape(target.shape)

    def topk(self, hidden: Tensor, k: int) -> TopK:
        """Return the k most probable words (all, if there are fewer) for hidden, (…, dim).

        Raises
        ------
        ShapeError
            If the last dimension is not ``dim``.
        ConfigError
            If k is not a positive whole number.
        """
        self.check_hidden(hidden)
        k = check_int("k", k, 1, 2**62)
        k = min(k, self.n_words)
        rows = hidden.reshape(-1, self.dim)
        blocks = rows.split(max(1, TOPK_SCORES // self.n_words))
        tops = [self.log_probs(block).topk(k) for block in blocks]
        shape = (*hidden.shape[:-1], k)
        return TopK(
            torch.cat([values for values, _ in tops]).reshape(shape),
            torch.cat([indices for _, indices in tops]).reshape(shape),
        )

    def check_hidden(self, hidden: Tensor) -> None:
        """Raise ShapeError unless the layer can take hidden: the last dimension, the dtype."""
        if hidden.ndim == 0 or hidden.shape[-1] != self.dim:
            raise ShapeError(
                f"expected hidden of shape (..., {self.dim}), but got {tuple(hidden.shape)}: the "
                "last dimension must be the layer's dim"
            )
        dtype, kind = next(self.parameters()).dtype, hidden.device.type
        casts = kind != "meta" and torch.is_autocast_enabled(kind)
        if hidden.dtype != dtype and not (casts and hidden.is_floating_point()):
            raise ShapeError(
                f"expected hidden of the layer's dtype {dtype}, but got {hidden.dtype}: convert "
                "one of them, or use torch.autocast"
            )

    def _load_from_state_dict(
        self, state_dict: dict[str, Tensor], prefix: str, local_metadata: Any, *args: Any
    ) -> None:
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *args)
        if local_metadata.get("assign_to_params_buffers"):
            places = {t.device for name, t in state_dict.items() if name.startswith(prefix)}
            for module in self.modules():
                if isinstance(module, TableModule) and len(places) == 1:
                    module.move_tables(*places)

    def extra_repr(self) -> str:
        """Return what ``print`` shows of the layer."""
        return f"dim={self.dim}, n_words={self.n_words}"

"""One versus all, as :mod:`huffvec.objectives.one_vs_all` has it: sets of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor

from huffvec.objectives import OneVsAll as Objective
from huffvec.torch.set_layer import SetLayer, decision_log_probs, decision_losses
from huffvec.torch.word_rows import make_rows

if TYPE_CHECKING:
    from huffvec.objectives.one_vs_all import Link
    from huffvec.torch.given import Counts


class OneVsAll(SetLayer):
    """Decide about every label by itself.

    Parameters
    ----------
    dim, vocabulary_or_counts, reduction, ignore_index
        As for `OutputLayer`.
    link
        How a score becomes a probability: ``"linear"`` or ``"logistic"``.
    bias
        Whether labels have a bias; the trainer's have none.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight
        Parameter (V, dim): the output row of every label.
    bias
        Parameter (V,), or None.
    """

    objective: ClassVar[str] = "one-vs-all"

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        link: Link = "linear",
        *,
        bias: bool = False,
        reduction: str = "mean",
        ignore_index: int = -100,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, reduction=reduction, ignore_index=ignore_index)
        self.record = Objective(link)
        self.link = link
        self.weight, self.bias = make_rows(self.n_words, dim, bias, device, dtype)

    def set_losses(self, hidden: Tensor, due: Tensor) -> Tensor:
        """Return the sums of the losses of all decisions, (n,)."""
        return decision_losses(self.link, self.scores(hidden), due).sum(dim=1)

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log p(label | hidden) of every label, (n, V)."""
        return decision_log_probs(self.link, self.scores(hidden))

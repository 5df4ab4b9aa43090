"""The common part of layers that predict sets of labels, as those of documents."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from huffvec.errors import ShapeError, TargetError
from huffvec.objectives.one_vs_all import MARGIN
from huffvec.torch.layer import OutputLayer
from huffvec.torch.softmax_terms import wide
from huffvec.torch.tables import floats

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch import nn

    from huffvec.objectives.bound import BoundObjective
    from huffvec.objectives.one_vs_all import Link


class SetLayer(OutputLayer):
    """A layer whose targets are sets: any number of labels for each hidden vector.

    Probabilities are those of each label by itself, and do not sum to 1.
    """

    weight: nn.Parameter
    bias: nn.Parameter | None
    link: Link

    @abstractmethod
    def set_losses(self, hidden: Tensor, due: Tensor) -> Tensor:
        """Return the loss of each set, (n,); due is (n, V), 1 for the labels of a set, else 0."""

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the loss of sets of one label each, (n,)."""
        return self.set_losses(hidden, F.one_hot(target, self.n_words).to(hidden.dtype))

    def forward(self, hidden: Tensor, target: Tensor, **draws: Any) -> Tensor:
        """Return the loss of predicting sets of labels from hidden.

        Parameters
        ----------
        hidden
            (…, dim).
        target
            Label ids, whole numbers (…, n), where sets of fewer than n labels are filled up with
            ``ignore_index``; or (…, V) of dtype bool or a float: not 0 for the labels of a set.
        **draws
            None; for the family's sake.

        Returns
        -------
        Tensor
            A scalar, or (…) if ``reduction`` is ``"none"``. Hidden vectors without labels do not
            count, as in the trainer; the mean of none is 0, and so are its gradients.

        Raises
        ------
        ShapeError
            If shapes or dtypes do not fit.
        TargetError
            If a label is out of range (on CPUs; elsewhere looking would make the device wait).
        """
        self.check_hidden(hidden)
        due = self.due(hidden, target).reshape(-1, self.n_words)
        keep = due.any(dim=1)
        rows = torch.where(keep[:, None], hidden.reshape(-1, self.dim), 0)
        losses = torch.where(keep, self.set_losses(rows, due.to(wide(hidden).dtype)), 0)
        if self.reduction == "none":
            return losses.reshape(hidden.shape[:-1])
        return losses.sum() if self.reduction == "sum" else losses.sum() / keep.sum().clamp(min=1)

    def due(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return which labels are in each set, bool (…, V)."""
        if target.shape[:-1] != hidden.shape[:-1] or target.ndim != hidden.ndim:
            raise ShapeError(
                f"expected target of shape {(*hidden.shape[:-1], 'n')} for hidden of shape "
                f"{tuple(hidden.shape)}, but got {tuple(target.shape)}".replace("'", "")
            )
        if target.dtype == torch.bool or target.is_floating_point():
            if target.shape[-1] != self.n_words:
                raise ShapeError(
                    f"expected a number for each of {self.n_words} labels, but got "
                    f"{target.shape[-1]}: ids of labels must be whole numbers"
                )
            return target != 0
        ids, is_label = target.long(), target != self.ignore_index
        if target.device.type == "cpu" and not torch.compiler.is_compiling():
            outside = is_label & ((ids < 0) | (ids >= self.n_words))
            if outside.any():
                raise TargetError(
                    f"label {int(ids[outside][0])} is out of range: the layer has {self.n_words} "
                    f"labels, 0 to {self.n_words - 1}"
                )
        due = torch.zeros((*ids.shape[:-1], self.n_words), dtype=torch.int32, device=ids.device)
        return due.scatter_add(-1, torch.where(is_label, ids, 0), is_label.int()) > 0

    def scores(self, hidden: Tensor) -> Tensor:
        """Return the scores of all output rows, (n, n_rows)."""
        return wide(F.linear(hidden, self.weight, self.bias))

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows into ``weight``; biases are 0."""
        self.weight.copy_(torch.as_tensor(output_vectors.copy()))
        if self.bias is not None:
            self.bias.zero_()

    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return ``weight`` as a model has it."""
        return floats(self.weight)


def decision_losses(link: Link, scores: Tensor, due: Tensor) -> Tensor:
    """Return the losses of decisions, of the scores' shape (`huffvec.objectives.one_vs_all`)."""
    if link == "logistic":
        return F.binary_cross_entropy_with_logits(scores, due, reduction="none")
    over = torch.where(due > 0, 1 - scores, scores)
    step = over.clamp(0, 1)
    return step * (over - step / 2)


def decision_log_probs(link: Link, scores: Tensor) -> Tensor:
    """Return the logarithms of the probabilities that scores become by a link."""
    if link == "logistic":
        return F.logsigmoid(scores)
    low = torch.log(scores.new_tensor(MARGIN)) + scores / MARGIN - 1
    middle = torch.log(scores.clamp(MARGIN, 1 - MARGIN))
    high = torch.log1p(-MARGIN * torch.exp(((1 - MARGIN - scores) / MARGIN).clamp(max=0)))
    middle = torch.where(scores > 1 - MARGIN, high, middle)
    return torch.where(scores < MARGIN, low, middle)

"""The probabilistic label tree, as :mod:`huffvec.objectives.label_tree` has it: sets of labels.

All nodes are scored by one product of matrices; those that are not asked for have no loss.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.objectives import LabelTree as Objective
from huffvec.objectives.label_tree import BoundLabelTree
from huffvec.torch.set_layer import SetLayer, decision_log_probs, decision_losses
from huffvec.torch.word_rows import make_rows
from huffvec.trees import MultiwayTree

if TYPE_CHECKING:
    from huffvec.files.paths import PathLike
    from huffvec.objectives.bound import BoundObjective
    from huffvec.objectives.one_vs_all import Link
    from huffvec.torch.given import Counts

_ARRAYS = ("parents", "leaves")


class LabelTree(SetLayer):
    """Decide about labels down a tree.

    Parameters
    ----------
    dim, vocabulary_or_counts, reduction, ignore_index
        As for `OutputLayer`.
    tree
        A name in :data:`huffvec.trees.MULTIWAY_TREES`, a :class:`~huffvec.trees.MultiwayTree`, or,
        for a vocabulary, the file of one.
    arity
        Children of a node, of trees by name.
    link
        How a score becomes a probability: ``"linear"`` or ``"logistic"``.
    bias
        Whether nodes have a bias; the trainer's have none.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight
        Parameter (n_nodes − 1, dim): the output row of every node below the root.
    bias
        Parameter (n_nodes − 1,), or None.
    parents, leaves
        The tree's arrays (`huffvec.trees.MultiwayTree`) as buffers. They are in the ``state_dict``,
        and loading one takes over its tree, if it has as many nodes.
    """

    objective: ClassVar[str] = "label-tree"

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        tree: PathLike | MultiwayTree = "huffman",
        arity: int = 64,
        link: Link = "linear",
        *,
        bias: bool = False,
        reduction: str = "mean",
        ignore_index: int = -100,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, reduction=reduction, ignore_index=ignore_index)
        self.record = Objective(
            tree if isinstance(tree, MultiwayTree) else os.fspath(tree), arity, link
        )
        self.record.check_files()
        self.link = link
        words = vocabulary_or_counts
        if not isinstance(words, Vocabulary):
            words = Vocabulary([str(k) for k in range(self.n_words)], self.counts)
        found = self.record.bind(words, TrainingConfig(dim=dim)).tree
        self.weight, self.bias = make_rows(found.n_nodes - 1, dim, bias, device, dtype)
        self._set_tree(found)

    def set_losses(self, hidden: Tensor, due: Tensor) -> Tensor:
        """Return the sums of the losses of the decisions that are asked for, (n,)."""
        below = due.new_zeros(len(due), len(self.parents))
        below[:, self.leaves] = due
        for begin, end in self.levels[:0:-1]:
            below = below.index_add(1, self.parents[begin:end], below[:, begin:end])
        below = below.clamp(max=1)
        losses = decision_losses(self.link, self.scores(hidden), below[:, 1:])
        return torch.where(below[:, self.parents[1:]] > 0, losses, 0).sum(dim=1)

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log p(label | hidden) of every label, (n, V), from the root downwards."""
        decisions = decision_log_probs(self.link, self.scores(hidden))
        levels = [decisions.new_zeros(len(hidden), 1)]
        for (above, _), (begin, end) in zip(self.levels, self.levels[1:], strict=False):
            parents = self.parents[begin:end] - above
            levels.append(levels[-1][:, parents] + decisions[:, begin - 1 : end - 1])
        return torch.cat(levels, dim=1)[:, self.leaves]

    @classmethod
    def options_of(cls, bound: BoundObjective) -> dict[str, Any]:
        """Return the tree and the link of a model."""
        assert isinstance(bound, BoundLabelTree)
        return {"tree": bound.tree, "link": bound.objective.link}

    def _set_tree(self, tree: MultiwayTree) -> None:
        place = {"device": self.weight.device, "dtype": self.weight.dtype}
        arrays = {name: array.astype(np.int64) for name, array in tree.to_arrays().items()}
        self.keep(persistent=True, **place, **arrays)
        self.levels = [(level.start, level.stop) for level in tree.levels]

    def _load_from_state_dict(
        self, state_dict: dict[str, Tensor], prefix: str, local_metadata: Any, *args: Any
    ) -> None:
        names = [prefix + name for name in _ARRAYS]
        if all(name in state_dict for name in names):
            arrays = [state_dict[name].cpu().numpy().astype(np.int32) for name in names]
            found = dict(zip(_ARRAYS, arrays, strict=True))
            self._set_tree(MultiwayTree.from_arrays(found, self.n_words))
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *args)

"""Hierarchical softmax, as :mod:`huffvec.objectives.hierarchical_softmax` has it.

A word's probability is the product of the sigmoids along its path. The paths of a batch are
gathered together, padded to the depth of the tree; the probabilities of all words are computed from
one product of matrices and then down the tree, level by level.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from huffvec.errors import ConfigError
from huffvec.files.paths import PathLike
from huffvec.objectives import HierarchicalSoftmax as Objective
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.torch.gather import gather
from huffvec.torch.layer import OutputLayer
from huffvec.torch.softmax_terms import wide
from huffvec.torch.tables import floats
from huffvec.torch.word_rows import make_rows
from huffvec.trees import TREES, Tree, read_tree

if TYPE_CHECKING:
    import numpy.typing as npt

    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts

_ARRAYS = ("path_offsets", "path_ids", "codes")


class HierarchicalSoftmax(OutputLayer):
    """Predict the target by the turns on its path through a binary tree.

    Parameters
    ----------
    dim, vocabulary_or_counts, reduction, ignore_index
        As for `OutputLayer`; at least two words.
    tree
        A name in :data:`huffvec.trees.TREES`, a :class:`~huffvec.trees.Tree` (``clustered_tree``
        makes one from vectors), or, for a vocabulary, the file of one. Trees by name need not have
        falling counts.
    bias
        Whether inner nodes have a bias; the trainer's have none.
    sparse
        Whether the gradient of ``weight`` is sparse, as `torch.nn.Embedding`'s.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight
        Parameter (V − 1, dim): the output row of every inner node.
    bias
        Parameter (V − 1,), or None.
    path_offsets, path_ids, codes
        The tree's arrays (`huffvec.trees.Tree`) as buffers. They are in the ``state_dict``, and
        loading one takes over its tree.
    """

    objective: ClassVar[str] = "hierarchical-softmax"

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        tree: PathLike | Tree = "huffman",
        *,
        bias: bool = False,
        sparse: bool = False,
        reduction: str = "mean",
        ignore_index: int = -100,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, reduction=reduction, ignore_index=ignore_index)
        self.sparse = sparse
        found = make_tree(tree, vocabulary_or_counts, self.counts)
        self.record = Objective(found)
        self.weight, self.bias = make_rows(self.n_words - 1, dim, bias, device, dtype)
        self._set_tree(found)

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −Σ log σ(±score) along each target's path, (n,)."""
        return -self.target_log_probs(hidden, target)

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return log p(target | hidden), (n,): as many rows as the tree is deep."""
        starts = self.path_offsets[target][:, None]
        steps = starts + torch.arange(self.depth, device=starts.device)
        on_path = steps < self.path_offsets[target + 1][:, None]
        steps = torch.where(on_path, steps, starts)
        nodes = self.path_ids[steps]
        rows = gather(self.weight, nodes, sparse=self.sparse)
        scores = wide((rows @ hidden[:, :, None])[:, :, 0])
        if self.bias is not None:
            scores = scores + self.bias[nodes]
        signs = 1 - 2 * self.codes[steps].to(scores.dtype)
        return F.logsigmoid(signs * scores).masked_fill(~on_path, 0).sum(dim=1)

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return the log-probability of every leaf, (n, V), from the root downwards."""
        scores = wide(F.linear(hidden, self.weight, self.bias))[:, self.level_order]
        turns = F.logsigmoid(torch.stack([scores, -scores], dim=2))  # by bit, nodes by level
        level = turns.new_zeros(len(hidden), 1)
        children = []
        for nodes, inner in zip(
            turns.split(self.level_sizes, dim=1),
            self.inner_places.split(self.inner_sizes),
            strict=True,
        ):
            below = (level[:, :, None] + nodes).flatten(1)
            children.append(below)
            level = below[:, inner]
        return torch.cat(children, dim=1)[:, self.leaf_places]

    @classmethod
    def options_of(cls, bound: BoundObjective) -> dict[str, Any]:
        """Return the tree of a model."""
        assert isinstance(bound, BoundHierarchicalSoftmax)
        return {"tree": bound.tree}

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows into ``weight``; biases are 0."""
        self.weight.copy_(torch.as_tensor(output_vectors.copy()))
        if self.bias is not None:
            self.bias.zero_()

    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return ``weight`` as a model has it."""
        return floats(self.weight)

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundObjective:
        """Return the trainer's objective with the layer's tree and these words."""
        arrays = (getattr(self, name).to("cpu", copy=True).numpy() for name in _ARRAYS)
        return Objective(Tree(*arrays)).bind(vocabulary, config)

    def _set_tree(self, tree: Tree) -> None:
        """Keep the tree as buffers, with the tables that `log_probs` goes by."""
        place = {"device": self.weight.device, "dtype": self.weight.dtype}
        self.keep(persistent=True, **place, **tree.to_arrays())
        self.depth = int(tree.depths().max())
        levels = by_level(tree)
        self.level_sizes, self.inner_sizes = levels.pop("sizes"), levels.pop("inner_sizes")
        self.keep(persistent=False, **place, **levels)

    def _load_from_state_dict(
        self, state_dict: dict[str, Tensor], prefix: str, local_metadata: Any, *args: Any
    ) -> None:
        names = [prefix + name for name in _ARRAYS]
        if all(name in state_dict for name in names):
            arrays = [state_dict[name].cpu().numpy() for name in names]
            tree = Tree.from_arrays(dict(zip(_ARRAYS, arrays, strict=True)), self.n_words)
            self._set_tree(tree)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *args)


def make_tree(tree: PathLike | Tree, vocabulary_or_counts: Counts, counts: Any) -> Tree:
    """Return the tree that an option names or is.

    Raises
    ------
    ConfigError, FormatError
        If there is no such tree, or it is one of other words.
    CorpusError
        If there are fewer than two words.
    """
    from huffvec.corpus.vocabulary import Vocabulary

    if isinstance(tree, Tree):
        if tree.n_words != len(counts):
            raise ConfigError(f"tree has {tree.n_words} leaves, but there are {len(counts)} words")
        return tree
    if tree in TREES:
        return TREES[str(tree)](counts)
    Objective(tree=os.fspath(tree)).check_files()
    if not isinstance(vocabulary_or_counts, Vocabulary):
        raise ConfigError("a tree from a file names words; give a Vocabulary in place of counts")
    return read_tree(tree, vocabulary_or_counts)


def by_level(tree: Tree) -> dict[str, Any]:
    """Return the tables for walking the tree level by level.

    ``level_order``: inner nodes, the root first, each level after the one above. A node at place p
    of it has its children at places 2 p and 2 p + 1 of a list of all children. ``leaf_places``: the
    words' places in that list. ``inner_places``: for each level, which of its own nodes' children
    are inner nodes; ``sizes`` and ``inner_sizes`` count the nodes of the levels and those children.
    """
    children, level = tree.children, np.array([tree.root])
    order, inner_places, leaf_places, start = [], [], np.empty(tree.n_words, np.int64), 0
    while len(level):
        order.append(level)
        below = children[level].reshape(-1)
        leaves = np.flatnonzero(below < 0)
        leaf_places[~below[leaves]] = start + leaves
        inner_places.append(np.flatnonzero(below >= 0))
        start += len(below)
        level = below[inner_places[-1]].astype(np.int64)
    return {
        "level_order": np.concatenate(order).astype(np.int64),
        "leaf_places": leaf_places,
        "inner_places": np.concatenate(inner_places),
        "sizes": [len(nodes) for nodes in order],
        "inner_sizes": [len(places) for places in inner_places],
    }

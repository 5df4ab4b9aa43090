"""Hierarchical softmax over a binary tree (Morin & Bengio 2005; Mikolov et al. 2013).

The words are the leaves of a binary tree with V − 1 inner nodes. On the way from the root to word w
the path passes the inner nodes n_1 … n_L and turns by the bits b_1 … b_L of the word's code; each
inner node has an output row and decides by a sigmoid::

    p(w | h) = Π_j σ(±s_j),   s_j = h·o_{n_j},   + where the label 1 − b_j is 1
    loss     = −Σ_j log σ((1 − 2 b_j) s_j)
    ∂loss/∂s_j = σ(s_j) − (1 − b_j)

The two children of a node share its probability, so the leaves' probabilities sum to 1 by
construction, whatever the tree. Cost per target: L rows, to train and to ask. With the Huffman tree
the mean of L over a text is at most one more than its entropy in bits, the least of all binary
trees; with a balanced one it is about log2 V. Which words share inner nodes matters as well: what
a node learns from one word it knows about all others below it, which is why trees of similar words
(`huffvec.trees.clustered`) may predict better than shorter ones. The k most probable words are
found by a search that prunes (`huffvec.objectives.tree_predictor`). The sign convention is
word2vec.c's (label = 1 − bit); fastText's is label = bit, which flips the sign of the output rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError, OptionName
from huffvec.files.reading import check_readable
from huffvec.objectives.base import Objective
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.tree_option import GIVEN, as_text, check_tree_file, tree_or_name
from huffvec.objectives.tree_predictor import TreePredictor
from huffvec.options import option
from huffvec.trees import TREES, Tree, clustered_tree, read_tree
from huffvec.trees.clustered import vectors_for
from huffvec.trees.transfer import transferred_rows

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.bound import Arrays


@dataclass(frozen=True)
class HierarchicalSoftmax(Objective):
    """Predict the target by the turns on its path through a binary tree.

    Attributes
    ----------
    tree
        ``"huffman"``: the shortest paths. ``"balanced"``: halves the vocabulary by frequency.
        ``"random"``: the same in random order. ``"frequency-classes"``: two levels, classes of
        like frequency and then the words in them. ``"clustered"``: halves of similar words by
        ``tree_vectors``. Or a file with a tree (:mod:`huffvec.trees.user`), or a
        :class:`~huffvec.trees.Tree`.
    tree_vectors
        File of vectors, of any format, to cluster the words by; only for ``"clustered"``.

    Raises
    ------
    ConfigError
        If the options cannot be used.
    """

    name: ClassVar[str] = "hierarchical-softmax"
    cost: ClassVar[str] = "about log₂ V rows"
    use: ClassVar[str] = "good vectors untuned; exact probabilities"
    learning_rate_factor: ClassVar[float] = 0.5
    learning_rate_factors: ClassVar[Mapping[str, float]] = {"cbow": 0.7}
    tree: str | Tree = option(
        "huffman",
        metavar="NAME|FILE",
        convert=tree_or_name(Tree),
        help="huffman: shortest paths. balanced: words by frequency, split in halves. random: "
        "split at random. frequency-classes: first classes of similar frequency, then their "
        "words. clustered: similar words together, by {tree_vectors}. Or a file with a tree.",
    )
    tree_vectors: str | None = option(
        None,
        metavar="FILE",
        convert=as_text,
        only_for=("tree", "clustered"),
        help="Model or vectors, such as those of an earlier run, to cluster the words by.",
    )

    def check_together(self) -> None:
        """Raise ConfigError if there is nothing to cluster the words by."""
        if self.tree == "clustered" and self.tree_vectors is None:
            raise ConfigError(
                OptionName("tree", "clustered"),
                " needs ",
                OptionName("tree_vectors"),
                ", a file of vectors to cluster the words by",
            )

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundHierarchicalSoftmax:
        """Return the objective for these words: makes the tree, or reads it from its file.

        Raises
        ------
        ConfigError, FormatError
            If the file of the tree or of the vectors cannot be read or does not fit the words, or
            the tree was made for another vocabulary.
        CorpusError
            If there are fewer than two words.
        """
        return BoundHierarchicalSoftmax(self, vocabulary.counts, self._tree_of(vocabulary))

    def _tree_of(self, vocabulary: Vocabulary) -> Tree:
        if isinstance(self.tree, Tree):
            if self.tree.n_words != len(vocabulary):
                raise ConfigError(
                    OptionName("tree"),
                    f" has {self.tree.n_words} leaves and the vocabulary {len(vocabulary)} words; "
                    "make it for this vocabulary",
                )
            self.tree.children  # noqa: B018  (checks that it is one)
            return self.tree
        if self.tree in TREES:
            return TREES[self.tree](vocabulary.counts)
        if self.tree_vectors is not None:
            from huffvec.formats import read_vectors

            return clustered_tree(vectors_for(vocabulary, read_vectors(self.tree_vectors)))
        return read_tree(self.tree, vocabulary)

    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundHierarchicalSoftmax:
        """Return the objective with the tree in a file; raise FormatError unless it is one."""
        return BoundHierarchicalSoftmax(self, counts, Tree.from_arrays(arrays, len(counts)))

    def check_files(self) -> None:
        """Raise ConfigError or FormatError unless the tree is known and its files can be read.

        Called before a long run begins.
        """
        names = (*TREES, "clustered")
        if self.tree == GIVEN:
            raise ConfigError(
                "the model's tree fits its old vocabulary only: give an objective with a tree for "
                "the new vocabulary"
            )
        if self.tree_vectors is not None:
            check_readable(self.tree_vectors)
        elif not isinstance(self.tree, Tree):
            check_tree_file(self.tree, names)

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the options as JSON values; of a given tree only that there is one.

        Its arrays are among the model's tables.
        """
        values = {"name": self.name, "tree": GIVEN if isinstance(self.tree, Tree) else self.tree}
        return values | ({"tree_vectors": self.tree_vectors} if self.tree_vectors else {})


@dataclass(frozen=True, eq=False)
class BoundHierarchicalSoftmax(BoundObjective):
    """Hierarchical softmax with the tree of a vocabulary."""

    objective: HierarchicalSoftmax
    tree: Tree

    @property
    def n_outputs(self) -> int:
        """Number of inner nodes."""
        return self.n_words - 1

    @property
    def untrained_loss(self) -> float:
        """Loss of a target in nats where each turn on its path is as likely as not."""
        depths = np.diff(self.tree.path_offsets)
        return float(np.average(depths, weights=self.counts) * np.log(2))

    def arrays(self) -> Arrays:
        """Return the tree's arrays (`huffvec.trees.Tree`)."""
        return self.tree.to_arrays()

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, which holds every word's path."""
        tree = self.tree
        return engine.HierarchicalSoftmax(tree.path_offsets, tree.path_ids, tree.codes)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> TreePredictor:
        """Return the tree, ready to be searched."""
        return TreePredictor(output_vectors, self.tree)

    def carry_over(
        self,
        rows: npt.NDArray[np.float32],
        old: BoundObjective,
        old_rows: npt.NDArray[np.float32],
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Inner nodes between old words decide as the old tree did (`huffvec.trees.transfer`).

        The others start anew.
        """
        if isinstance(old, BoundHierarchicalSoftmax):
            nodes, transferred = transferred_rows(old.tree, old_rows, self.tree, old_ids)
            rows[nodes] = transferred

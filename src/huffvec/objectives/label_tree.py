r"""The probabilistic label tree (Jasinska et al. 2016; Wydmuch et al. 2018).

The labels are the leaves of a tree. Every node n below the root decides, given that a label below
its parent is due, whether one of the labels below itself is; its children decide independently, so
that several labels may be due at once::

    p(n | parent(n), h) = f(s_n),   s_n = h·o_n
    p(l | h)            = Π f(s_n)   over the nodes n from below the root to the label's leaf
    ∂loss/∂s_n          = f(s_n) − [a label of the document lies below n]

with the links f and their losses of one-vs-all (`huffvec.objectives.one_vs_all`): linear, or
logistic as in the papers. The loss is the sum over the children of all nodes above the document's
labels: what lies below another node is not asked for, and costs nothing. The probabilities are
marginals, those of each label by itself. A node's probability bounds those of all labels below it,
so that the k most probable labels are found without scoring all
(`huffvec.objectives.searching`). Jasinska et al. ("Extreme F-measure maximization using sparse
probability estimates") have the model, Wydmuch et al. ("A no-regret generalization of hierarchical
softmax to extreme multi-label classification") its consistency, and why hierarchical softmax
trained on one label of a document drawn at random has not.

Cost per document: arity rows for every node above its labels, about arity · log V / log arity a
label. Wider trees ask fewer questions one after the other, which makes better probabilities, and
score more rows; with one level it is one-vs-all. Clusters put labels together whose documents have
the same features (`huffvec.trees.multiway_building`).

Training begins with random rows, of which those that decide about the same documents are
orthogonal: brothers, and the nodes and brothers of nodes above them, as far as there is room.
While rows have hardly moved, a step for one decision then leaves the others as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError, OptionName
from huffvec.objectives.base import Objective
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.label_tree_predictor import LabelTreePredictor
from huffvec.objectives.one_vs_all import Link
from huffvec.objectives.tree_option import GIVEN, check_tree_file, tree_or_name
from huffvec.options import option
from huffvec.trees import MULTIWAY_TREES, MultiwayTree, multiway_clustered_tree, read_taxonomy

if TYPE_CHECKING:
    from huffvec.classify.config import ClassifierConfig
    from huffvec.classify.examples import Examples
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.bound import Arrays

CLUSTERED = "clustered"


@dataclass(frozen=True)
class LabelTree(Objective):
    """Predict the labels of documents by decisions down a tree; any number of labels each.

    Attributes
    ----------
    tree
        ``"clustered"``: labels whose documents have the same features stand together.
        ``"huffman"``: the shortest paths. ``"balanced"``: parts of equal size, by frequency. Or a
        file with a taxonomy (:mod:`huffvec.trees.taxonomy`), or a
        :class:`~huffvec.trees.MultiwayTree`.
    arity
        Children of a node, of trees by name.
    link
        How a score becomes a probability: ``"linear"`` or ``"logistic"``.

    Raises
    ------
    ConfigError
        If the options cannot be used.
    """

    name: ClassVar[str] = "label-tree"
    cost: ClassVar[str] = "arity · log V / log arity rows"
    use: ClassVar[str] = "several labels at once, of many thousands"
    for_labels: ClassVar[bool] = True

    tree: str | MultiwayTree = option(
        CLUSTERED,
        metavar="NAME|FILE",
        convert=tree_or_name(MultiwayTree),
        help="clustered: labels of similar texts together. huffman: shortest paths. balanced: "
        "labels by frequency, in equal parts. Or a file with a taxonomy.",
    )
    arity: int = option(
        64, low=2, high=64, metavar="N", help="Children of a node, of trees by name."
    )
    link: Link = option("linear", help="How a score becomes a probability.")

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundLabelTree:
        """Return the objective for these labels: makes the tree, or reads it from its file.

        Raises
        ------
        ConfigError, FormatError
            If the tree is made of documents, its file cannot be read or does not fit the labels, or
            it was made for other labels.
        """
        if self.tree == CLUSTERED:
            raise ConfigError(
                OptionName("tree", CLUSTERED),
                " is made of the labels' documents, which are not known here; give another tree",
            )
        return BoundLabelTree(self, vocabulary.counts, self._tree_of(vocabulary))

    def bind_labels(
        self, labels: Vocabulary, config: ClassifierConfig, examples: Examples
    ) -> BoundLabelTree:
        """Return the objective for these labels, which may cluster them by their documents."""
        if self.tree != CLUSTERED:
            return self.bind(labels, config)  # type: ignore[arg-type]
        tree = multiway_clustered_tree(examples, len(labels), self.arity, config.seed)
        return BoundLabelTree(self, labels.counts, tree)

    def _tree_of(self, labels: Vocabulary) -> MultiwayTree:
        if isinstance(self.tree, MultiwayTree):
            if self.tree.n_labels != len(labels):
                raise ConfigError(
                    OptionName("tree"),
                    f" has {self.tree.n_labels} leaves, and there are {len(labels)} labels; make "
                    "it for these labels",
                )
            return MultiwayTree.from_arrays(self.tree.to_arrays(), len(labels))
        if self.tree in MULTIWAY_TREES:
            return MULTIWAY_TREES[self.tree](labels.counts, self.arity)
        return read_taxonomy(self.tree, labels)

    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundLabelTree:
        """Return the objective with the tree in a file; raise FormatError unless it is one."""
        return BoundLabelTree(self, counts, MultiwayTree.from_arrays(arrays, len(counts)))

    def check_files(self) -> None:
        """Raise ConfigError or FormatError unless the tree is known and its file can be read.

        Called before a long run begins.
        """
        names = (CLUSTERED, *MULTIWAY_TREES)
        if self.tree == GIVEN:
            raise ConfigError(
                "the model's tree fits its old labels only: give an objective with a tree for the "
                "new ones"
            )
        if not isinstance(self.tree, MultiwayTree):
            check_tree_file(self.tree, names)

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the options as JSON values; of a given tree only that there is one.

        Its arrays are among the model's tables.
        """
        tree = GIVEN if isinstance(self.tree, MultiwayTree) else self.tree
        return {"name": self.name, "tree": tree, "arity": self.arity, "link": self.link}


@dataclass(frozen=True, eq=False)
class BoundLabelTree(BoundObjective):
    """A label tree with its labels."""

    objective: LabelTree
    tree: MultiwayTree

    @property
    def n_outputs(self) -> int:
        """Number of nodes below the root."""
        return self.tree.n_nodes - 1

    @property
    def untrained_loss(self) -> float:
        """Loss of a document, in nats if it is logistic, while no score says anything, at most.

        It is so much if all nodes are asked. Which are depends on the documents' sets of labels.
        """
        return float(self.n_outputs * (np.log(2) if self.objective.link == "logistic" else 1 / 2))

    def arrays(self) -> Arrays:
        """Return the tree's arrays (`huffvec.trees.MultiwayTree`)."""
        return self.tree.to_arrays()

    def start_outputs(self, output_vectors: npt.NDArray[np.float32], seed: int) -> None:
        """Make rows that decide about the same documents orthogonal, whatever their values are."""
        del seed
        tree, dim = self.tree, output_vectors.shape[1]
        for node in np.flatnonzero(np.diff(tree.first_child)).tolist():
            rows = output_vectors[tree.rows_below(node)]
            if len(rows) > dim:
                continue
            norms = np.linalg.norm(rows, axis=1, keepdims=True)
            room, above = dim - len(rows), tree.parents[node]
            directions = rows.copy()
            while (
                above >= 0 and (others := output_vectors[tree.rows_below(above)]).size <= room * dim
            ):
                units = others / np.maximum(np.linalg.norm(others, axis=1, keepdims=True), 1e-30)
                directions -= (directions @ units.T) @ units
                room, above = room - len(others), tree.parents[above]
            rows[:] = np.linalg.qr(directions.T)[0].T * norms

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, which holds the tree."""
        is_logistic = self.objective.link == "logistic"
        return engine.LabelTree(self.tree.parents, self.tree.leaves, is_logistic)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> LabelTreePredictor:
        """Return the tree, ready to be searched."""
        return LabelTreePredictor(output_vectors, self.tree, self.objective.link)

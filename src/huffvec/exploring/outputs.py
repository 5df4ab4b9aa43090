"""How a model predicts words, as a page keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts
from huffvec.exploring.blocks import Blocks, Ref
from huffvec.exploring.pruned_tree import PrunedTree
from huffvec.exploring.quantized import QuantizedRows
from huffvec.objectives.adaptive_predictor import AdaptivePredictor
from huffvec.objectives.predictor import LogisticPredictor, SoftmaxPredictor
from huffvec.objectives.tree_predictor import TreePredictor
from huffvec.vectors.subword_vectors import SubwordVectors

if TYPE_CHECKING:
    from huffvec.model import Model

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Output:
    """What makes probabilities of scores, and the rows that make scores of hidden vectors.

    Attributes
    ----------
    kind
        As ``OutputRef`` of web/src/payload.ts.
    rows
        float32 (n_rows, dim): of softmaxes, the shown words' rows first.
    offsets
        Added to the scores, float32 (n_rows,), where they are.
    word_groups
        Of an adaptive softmax: the cluster of every word, from 1, and 0 for the frequent ones,
        int32 (n_words,); the clusters' own rows follow the words'.
    tree
        Of a hierarchical softmax.
    whole
        Whether all words of the model take part, also those that are not shown.
    """

    kind: str
    rows: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32] | None = None
    word_groups: npt.NDArray[np.int32] | None = None
    tree: PrunedTree | None = None
    whole: bool = True


def output_of(model: Model, shown: Ids, most_rows: int) -> Output | None:
    """Return how a model predicts words; ``None`` if a page cannot do it.

    Rows of words that are not shown, given by their ids, are kept if there are no more than
    most_rows in all. A tree needs those above shown words only.
    """
    predictor = model.predictor
    if isinstance(predictor, TreePredictor):
        tree = PrunedTree.of(predictor.tree, model.vocabulary.counts, shown)
        return Output("tree", predictor.output_vectors[tree.nodes], tree=tree)
    whole = len(model.vocabulary) <= most_rows
    order = shown
    if whole:
        order = np.append(shown, np.setdiff1d(np.arange(len(model.vocabulary)), shown))
    if isinstance(predictor, AdaptivePredictor):
        return _grouped(predictor, order, whole)
    if isinstance(predictor, SoftmaxPredictor):
        kind = "logistic" if isinstance(predictor, LogisticPredictor) else "softmax"
        offsets = predictor.offsets[order].astype(np.float32)
        return Output(
            kind,
            predictor.output_vectors[order],
            offsets=offsets if offsets.any() else None,
            whole=whole,
        )
    return None


def _grouped(predictor: AdaptivePredictor, order: Ids, whole: bool) -> Output:
    """Return the rows of an adaptive softmax with the clusters' projections multiplied in."""
    n_frequent = int(predictor.cutoffs[0])
    head = predictor.head.output_vectors
    pairs = zip(predictor.projections, predictor.clusters, strict=True)
    parts = [words.output_vectors @ projection for projection, words in pairs]
    by_rank = np.concatenate([head[:n_frequent], *parts])
    sizes = [n_frequent, *map(len, parts)]
    group_by_rank = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    ranks = order if predictor.ranks is None else predictor.ranks[order]
    rows = np.concatenate([by_rank[ranks], head[n_frequent:]])
    return Output("grouped", rows, word_groups=group_by_rank[ranks], whole=whole)


def put_output(
    blocks: Blocks, model: Model, output: Output, levels: int, shown: Ids
) -> dict[str, Any]:
    """Add an output to the blocks of a page and return the header's part about it."""
    shares, places = _of_means(model, shown)
    return {
        "kind": output.kind,
        "objective": model.objective.name,
        "hidden": "each" if _each_alone(model) else "mean",
        "rows": QuantizedRows.of(output.rows, levels).put(blocks),
        "offsets": blocks.add_optional(output.offsets),
        "shares": blocks.add_optional(shares),
        "places": blocks.add_optional(places),
        "wordGroups": blocks.add_optional(output.word_groups),
        "tree": None if output.tree is None else _put_tree(blocks, output.tree),
        "nRows": len(output.rows),
        "limits": None
        if output.whole
        else f"Normalised over the {len(shown):,} words of this page; the model knows "
        f"{len(model.vocabulary):,}, so that its own probabilities are somewhat smaller.",
    }


def _each_alone(model: Model) -> bool:
    """Return whether every word of a context predicts alone."""
    two = Contexts.around(np.arange(2), np.array([0, 2]))
    return int(ARCHITECTURES[model.config.architecture].n_hidden(two)[0]) == 2


def _of_means(
    model: Model, shown: Ids
) -> tuple[npt.NDArray[np.float32] | None, npt.NDArray[np.float32] | None]:
    """Return how much words and places count in the mean of a context, where they differ."""
    shares = None
    if isinstance(model.vectors, SubwordVectors) and not _each_alone(model):
        shares = model.vectors.bag_sizes[shown].astype(np.float32)
    return shares, model.weights.get("position_vectors")


def _put_tree(blocks: Blocks, tree: PrunedTree) -> Ref:
    return {
        "children": blocks.add(tree.children),
        "nodes": blocks.add(tree.nodes),
        "otherCounts": blocks.add(tree.other_counts),
    }

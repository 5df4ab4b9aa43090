"""A word's way through the tree of a hierarchical softmax, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from huffvec.corpus.tokens import Word
from huffvec.errors import ConfigError
from huffvec.objectives.tree_predictor import TreePredictor

if TYPE_CHECKING:
    from huffvec.model.model import Model
    from huffvec.trees import Tree


class Turn(NamedTuple):
    """A turn on a word's way through the tree.

    Attributes
    ----------
    node
        The inner node: a row of the model's output vectors.
    bit
        Which of its children the way goes on to, 0 or 1.
    probability
        That of this turn given the context, once the way has come here; ``None`` without context.
    """

    node: int
    bit: int
    probability: float | None


def turns_of(model: Model, word: Word, context: Word | Sequence[Word] | None = None) -> list[Turn]:
    """Return a word's way, as `huffvec.Model.path` does."""
    predictor = _with_tree(model)
    word_id = model.word_id(word)
    tree = predictor.tree
    part = tree.path(word_id)
    nodes, bits = tree.path_ids[part].tolist(), tree.codes[part].tolist()
    if context is None:
        return [Turn(node, bit, None) for node, bit in zip(nodes, bits, strict=True)]
    turns = predictor.turn_log_probs(model.hidden(context), word_id)
    # Of several hidden vectors, the mean of the probabilities to have come so far.
    so_far = np.logaddexp.reduce(np.cumsum(turns, axis=1), axis=0) - np.log(len(turns))
    probs = np.exp(np.diff(so_far, prepend=0.0))
    return [Turn(*turn) for turn in zip(nodes, bits, probs.tolist(), strict=True)]


def tree_of(model: Model) -> Tree:
    """Return the tree of a hierarchical softmax.

    Raises
    ------
    ConfigError
        If the model has none.
    """
    return _with_tree(model).tree


def _with_tree(model: Model) -> TreePredictor:
    if not isinstance(model.predictor, TreePredictor):
        raise ConfigError(
            "only models of hierarchical-softmax have a tree, and this one was trained with "
            f"{model.objective.name}"
        )
    return model.predictor

"""How well the last item of a sequence is predicted from those before it.

Every item of the vocabulary is a candidate and is ranked by its probability; for comparison by
its similarity to the items before (the mean of their vectors, scaled to length 1) and by how often
it occurs in the training data. ``hit@k`` is the share of sequences whose last item is among the
first k, ``mrr`` the mean of 1 / rank. On a tie the item with the smaller id goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures.contexts import Contexts
from huffvec.checks import check_int
from huffvec.corpus.options import InputOptions
from huffvec.errors import CorpusError
from huffvec.evaluation.heldout import open_heldout
from huffvec.prediction import Ids, by_blocks, set_context

if TYPE_CHECKING:
    from huffvec.model import Model

CUTOFFS = (1, 5, 10, 20)


@dataclass(frozen=True)
class NextItems:
    """How one way to rank items foretells the next one.

    Attributes
    ----------
    method
        ``"predict"``, ``"nearest"`` or ``"popularity"``.
    hits
        By k, the share of sequences whose last item is among the first k.
    mrr
        Mean of 1 / rank.
    n_sequences
        Sequences with two items of the vocabulary or more; the others are left out.
    """

    method: str
    hits: dict[int, float]
    mrr: float
    n_sequences: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def evaluate_next_items(
    model: Model,
    data: Any,
    *,
    context: int | None = None,
    exclude_context: bool = False,
    cutoffs: Sequence[int] = CUTOFFS,
    **options: Any,
) -> list[NextItems]:
    """Rank the last item of every sequence by those before it, in three ways.

    Parameters
    ----------
    model
        A model that was not trained on the last items.
    data
        Sequences: what `huffvec.train` takes. Items that the model lacks are left out.
    context
        How many items before the last are asked, at most; the model's window if left out.
    exclude_context
        Items that are asked are no candidates: for shops where nobody buys a thing twice.
    cutoffs
        The k of hit@k.
    **options
        Fields of `huffvec.corpus.InputOptions`.

    Raises
    ------
    ConfigError, CorpusError
        If an option or the data cannot be used, or no sequence has two items of the vocabulary.
    """
    context = model.config.reach if context is None else check_int("context", context, 1, 2**31)
    ks = [check_int("cutoffs", k, 1, 2**31) for k in cutoffs]
    with open_heldout(data, model.vocabulary, InputOptions.of(**options)) as corpus:
        ids, offsets, targets = _contexts(corpus, context)
    n_words = len(model.vocabulary)

    def ranks(scores: npt.NDArray[Any], part: slice) -> npt.NDArray[np.int64]:
        if exclude_context:
            set_context(scores, ids, offsets, part, -np.inf)
        return _ranks(scores, targets[part])

    units = model.vectors.vectors / np.maximum(
        np.linalg.norm(model.vectors.vectors, axis=1, keepdims=True), 1e-30
    )
    counts = model.vocabulary.counts.astype(np.float32)

    def all_ranks(probs: npt.NDArray[np.float64], part: slice) -> npt.NDArray[np.int64]:
        bounds = offsets[part.start : part.stop]
        sums = np.add.reduceat(units[ids[bounds[0] : offsets[part.stop]]], bounds - bounds[0])
        popular = np.broadcast_to(counts, (len(bounds), n_words)).copy()
        return np.stack([ranks(probs, part), ranks(sums @ units.T, part), ranks(popular, part)])

    found = np.concatenate(by_blocks(model, Contexts.around(ids, offsets), all_ranks), axis=1)
    return [
        NextItems(
            method,
            {k: float((own <= k).mean()) for k in ks},
            float((1 / own).mean()),
            len(targets),
        )
        for method, own in zip(("predict", "nearest", "popularity"), found, strict=True)
    ]


def _contexts(corpus: Any, most: int) -> tuple[Ids, npt.NDArray[np.int64], Ids]:
    """Return the items before the last ones, where each sequence's begin, and the last ones."""
    begins, ends = corpus.sentence_offsets[:-1], corpus.sentence_offsets[1:]
    long_enough = ends - begins > 1
    lasts = ends[long_enough] - 1
    if len(lasts) == 0:
        raise CorpusError("no sequence has two items of the model: there is nothing to predict")
    firsts = np.maximum(begins[long_enough], lasts - most)
    sizes = lasts - firsts
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    places = np.arange(offsets[-1]) + np.repeat(firsts - offsets[:-1], sizes)
    return corpus.ids[places].copy(), offsets, corpus.ids[lasts].copy()


def _ranks(scores: npt.NDArray[Any], targets: Ids) -> npt.NDArray[np.int64]:
    """Return the rank, from 1 on, that each row's target has among the row's scores."""
    own = np.take_along_axis(scores, targets[:, None], 1)
    before = (scores == own) & (np.arange(scores.shape[1]) < targets[:, None])
    ranks: npt.NDArray[np.int64] = 1 + np.count_nonzero((scores > own) | before, axis=1)
    return ranks

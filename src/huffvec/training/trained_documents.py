"""The vectors of documents that were trained on: inferred at the end, as those of new ones are.

While the outputs are trained, documents' vectors are trained with them, each against the outputs
of its time. Once these stand still, every document is inferred (:mod:`huffvec.training.inferring`)
and has the vector of highest probability given them and its prior. So the vectors of a model and
those that it infers are of one kind: that of a document is the one that its text gets, to the last
bit. Vectors as training leaves them fit their own words too well: reviews of films by sentiment,
10.7 % errors, inferred 9.9 %.

A document here is a tag: in DBOW the tags of a text predict its words each by itself, so that the
vector of a tag depends on nothing but the words of all its texts, and is inferred from these one
after another. In DM tags and words predict together; its documents stay as they were trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from huffvec.corpus.sentences import Sentences
from huffvec.training.inferring import Inferrer, infer_encoded
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.tags import Tags
    from huffvec.progress import Progress
    from huffvec.training.run import TrainingRun

BLOCK_TOKENS = 10_000_000  # that are copied, and inferred at once
OLD_TAGS = "old_tags"  # in the record of training: how many tags there were before


def infer_trained(run: TrainingRun, progress: Progress) -> None:
    """Set the vectors of a run's tags to those that its model infers.

    Tags that were there before it keep what was trained: they have words that are not seen now.

    Parameters
    ----------
    run
        One that is at its end.
    progress
        Told of ("inferring", tags done, tags to do).
    """
    if run.tags is None or run.architecture.words_take_part:
        return
    inferrer, n_threads = Inferrer(run.model(), run.keep_probs), run.config.threads()
    rows, first = run.weights[DOCUMENT_VECTORS.name], run.facts.get(OLD_TAGS, 0)
    n_tags = len(run.tags.vocabulary) - first
    for begin, texts in texts_of(run.tags, run.corpus, first):

        def tell(stage: str, done: int, _: int, begin: int = begin) -> None:
            progress(stage, begin - first + done, n_tags)

        rows[begin : begin + texts.n_sentences] = infer_encoded(
            inferrer, run.config, texts, n_threads=n_threads, progress=tell
        )


def texts_of(tags: Tags, corpus: Sentences, first: int) -> Iterator[tuple[int, Sentences]]:
    """Yield blocks of tags, from the first on: each block's first tag, and all words of each tag.

    Parameters
    ----------
    tags
        Those from the first on occur in the corpus.
    corpus
        The documents.
    first
        A tag's number.
    """
    n_tags = len(tags.vocabulary)
    documents = np.repeat(np.arange(corpus.n_sentences), np.diff(tags.offsets))
    documents = documents[np.argsort(tags.ids, kind="stable")]  # tag by tag
    uses = np.concatenate([[0], np.cumsum(np.bincount(tags.ids, minlength=n_tags))])
    lengths = np.diff(corpus.sentence_offsets)[documents]
    bounds = np.concatenate([[0], np.cumsum(lengths)])[uses]  # of tags, where their words are
    while first < n_tags:
        end = int(np.searchsorted(bounds, bounds[first] + BLOCK_TOKENS, side="right")) - 1
        end = max(end, first + 1)
        ranges = (corpus.sentence_offsets[d : d + 2] for d in documents[uses[first] : uses[end]])
        ids = np.concatenate([corpus.ids[begin:stop] for begin, stop in ranges])
        yield first, Sentences(ids, bounds[first : end + 1] - bounds[first])
        first = end

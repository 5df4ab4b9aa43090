"""Vectors of new documents from a trained model: only they are trained, nothing else changes.

A document's vector d is trained as those of the model were, by the same architecture and objective,
but with the tables of the model as they are. Documents do not meet each other, so each is trained
by itself, by one thread, in all epochs. So the same text gets the same vector, byte for byte,
whatever stands beside it and however many threads there are. (By DBOW and objectives with noise
words a thread infers eight at a time, 3 times as fast; what is computed of each is the same.)

**All documents have the same draws**: noise words, radii and subsampling follow from the model's
seed, the epoch and the place in the document ("common random numbers"). Drawn alike, they move all
vectors alike, and hardly what tells one from another: 3 epochs do as well as 20 with own draws.

**It has a prior**, but in DM. Before it is read, d is normal with mean 0 and variance 1/p in every
number; once read, it is where the losses of its words + p/2 |d|² are lowest (maximum a posteriori).
There is one prior to a document, so each of its n words has 1/n of it, and steps of
the rate r leave 1 / (1 + r p / n) of d. Without it d fits its own words the more, the more often
it is trained on them. (The precision p: :mod:`huffvec.training.inference_defaults`.)

**It begins at zero.** With the output rows frozen, the scores of words are linear in d, so a loss
that is convex in them, such as the logistic one and the softmax's, is convex in d: it has one
lowest value, and no start at random is needed to find it. What is not learned of a document stays
zero, where a random start would stay in its place and look like knowledge. In DM the hidden vector
is a mean of d and of words' rows, which is linear in d as well.

DBOW with words infers by DBOW: what words predict does not depend on d.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.dbow import DBOW
from huffvec.checks import check_float, check_int
from huffvec.config import stride_of
from huffvec.corpus import subsampling
from huffvec.corpus.building import Building
from huffvec.corpus.encoding import input_pieces, is_encoded
from huffvec.corpus.options import InputOptions
from huffvec.corpus.tag_sources import as_documents
from huffvec.corpus.tags import Tags
from huffvec.documents.inferred import Inferred
from huffvec.engine import engine
from huffvec.errors import ConfigError
from huffvec.progress.words import INFERRING
from huffvec.threads import thread_count
from huffvec.training import waiting
from huffvec.training.inference_defaults import default_epochs, default_learning_rate, default_prior
from huffvec.training.plan import engine_window, mean_options
from huffvec.vectors.subword_vectors import SubwordVectors

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.sentences import Sentences
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, Trainer
    from huffvec.model import Model
    from huffvec.progress import Progress


class Inferrer:
    """Infers the vectors of documents with the tables of one model, which it reads only.

    Parameters
    ----------
    model
        One that has documents.
    keep_probs
        How likely a token of each word is trained, float64 (n_words,); what the model's
        ``config.subsample_threshold`` says of its count if left out.
    prior
        Precision of the documents' prior; 0: they have none. By default if left out.
    """

    def __init__(
        self,
        model: Model,
        keep_probs: npt.NDArray[np.float64] | None = None,
        prior: float | None = None,
    ) -> None:
        native = engine()
        self._model, self._native = model, native
        self._stride = stride_of(model.config.dim)
        if keep_probs is None:
            counts = model.vocabulary.counts
            keep_probs = subsampling.keep_probs(counts, model.config.subsample_threshold)
        keep = subsampling.thresholds_of(keep_probs)
        self._fields: dict[str, Any] = {
            "output_layer": model.bound.output_layer(native),
            "output_rows": engine_rows(native, model.output_vectors),
            "keep_thresholds": keep,
            "fixed_radius": not model.config.draws_radius,
            "seed": model.config.seed,
            "chunk_tokens": 1,
            "infers": True,
            "document_prior": default_prior(model.config) if prior is None else prior,
            **self._inputs(keep),
        }

    def _inputs(self, keep: npt.NDArray[np.uint32]) -> dict[str, Any]:
        """Return the fields of the plan that say what predicts."""
        model = self._model
        options = mean_options(model.vocabulary, model.config, keep)
        means = {name: options[name] for name in ("mean_scale", "mean_exponent")}
        architecture = ARCHITECTURES[model.config.architecture]
        if not architecture.words_take_part:
            rows = self._native.allocate_table(0, self._stride)
            return {"architecture": DBOW.name, "input_rows": rows, **means}
        fields = {**architecture.engine_options({}), **means}
        vectors = model.vectors
        if isinstance(vectors, SubwordVectors):
            fields["bag_sizes"] = vectors.bag_sizes.astype(np.float32)
        return {**fields, "input_rows": engine_rows(self._native, vectors.vectors)}

    def infer(
        self,
        corpus: Sentences,
        epochs: int | npt.NDArray[np.int64],
        learning_rate: float,
        n_threads: int,
        progress: Progress | None,
        end_learning_rate: float = 0.0,
    ) -> npt.NDArray[np.float32]:
        """Return the vectors of documents, float32 (n_documents, dim).

        Parameters
        ----------
        corpus
            Documents in the ids of the model's words; some may be empty.
        epochs
            Passes over each document; or those of each, (n_documents,).
        learning_rate
            Learning rate at the start.
        n_threads
            How many threads, at least one.
        progress
            Told of ("inferring", documents done, documents in all).
        end_learning_rate
            What the learning rate falls to.
        """
        n_documents = corpus.n_sentences
        rows = self._native.allocate_table(n_documents, self._stride)
        if corpus.n_tokens:
            numbers = np.arange(n_documents + 1, dtype=np.int64)
            plan = self._native.TrainingPlan(
                ids=corpus.ids,
                sentence_offsets=corpus.sentence_offsets,
                window=engine_window(self._model.config, corpus.longest_sentence),
                epochs=1,
                start_lr=learning_rate,
                document_epochs=np.full(n_documents, epochs, np.int32),
                end_lr=end_learning_rate,
                tag_rows=rows,
                tag_offsets=numbers,
                tag_ids=numbers[:-1].astype(np.int32),
                **self._fields,
            )
            _run(self._native.Trainer(plan), n_threads, progress)
        return rows[:, : self._model.config.dim]


def _run(trainer: Trainer, n_threads: int, progress: Progress | None) -> None:
    """Let the engine's threads infer all documents; on an exception they leave their documents."""
    n_documents = trainer.n_chunks

    def tick(_: bool) -> bool:
        if progress is not None:
            progress(INFERRING, trainer.totals().chunks, n_documents)
        return False

    start = partial(trainer.start, 0, n_documents, n_threads)
    waiting.run_threads(trainer, start, tick, lambda _: None, ())


def engine_rows(native: Engine, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return rows as the engine takes them, float32 (n_rows, stride): not copied if they are so.

    Those of a model that was just trained are; those of a file, which are mapped into memory, are
    copied once.
    """
    n_rows, dim = rows.shape
    base = rows.base
    if (
        isinstance(base, np.ndarray)
        and base.dtype == np.float32
        and base.shape == (n_rows, stride_of(dim))
        and base.flags.c_contiguous
        and base.flags.writeable
        and base.ctypes.data == rows.ctypes.data
        and base.ctypes.data % 64 == 0
        and not base[:, dim:].any()
    ):
        return base
    table = native.allocate_table(n_rows, stride_of(dim))
    table[:, :dim] = rows
    return table


def infer(
    inferrer: Inferrer,
    model: Model,
    texts: Any,
    *,
    epochs: int | None,
    learning_rate: float | None,
    n_threads: int,
    progress: Progress | None,
    options: dict[str, Any],
) -> Inferred:
    """Infer vectors of texts: what `huffvec.documents.vectors.DocumentVectors.infer` does."""
    if epochs is not None:
        epochs = check_int("epochs", epochs, 1, 1_000_000)
    if learning_rate is not None:
        learning_rate = check_float("learning_rate", learning_rate, 0.0, 10.0)
    n_threads = thread_count(n_threads)
    with encoded(model, texts, n_threads, progress, options) as corpus:
        vectors = infer_encoded(
            inferrer,
            model.config,
            corpus,
            epochs=epochs,
            learning_rate=learning_rate,
            n_threads=n_threads,
            progress=progress,
        )
        return Inferred(vectors, tags_of(corpus))


def infer_encoded(
    inferrer: Inferrer,
    config: TrainingConfig,
    corpus: Sentences,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    n_threads: int,
    progress: Progress | None,
) -> npt.NDArray[np.float32]:
    """Return the vectors of documents in the ids of the model's words, float32 (n_documents, dim).

    What is None is by default, document by document.
    """
    lengths = np.diff(corpus.sentence_offsets)
    each = default_epochs(config, lengths) if epochs is None else np.full(len(lengths), epochs)
    rate = default_learning_rate(config) if learning_rate is None else learning_rate
    return inferrer.infer(corpus, each, rate, n_threads, progress)


def encoded(
    model: Model,
    texts: Any,
    n_threads: int,
    progress: Progress | None,
    options: dict[str, Any],
) -> Sentences:
    """Return texts as documents in the words of a model, which may have none of them."""
    if isinstance(texts, (str, bytes)):
        raise ConfigError(
            "texts must be several, such as a list of strings, not one of "
            f"{len(texts):,} characters; the file of a name is given as a pathlib.Path"
        )
    if isinstance(texts, (list, tuple)) and all(isinstance(text, str) for text in texts):
        texts = iter(texts)  # or they would be names of files
    if is_encoded(texts):
        raise ConfigError(
            "an encoded corpus has the words of another vocabulary than the model: give the text "
            "that it was made of"
        )
    reading = as_documents(InputOptions.of(**InputOptions.recorded(model.training) | options))
    building = Building("the texts", reading, 1, model.vocabulary, n_threads, progress)
    _, pieces, tagged = input_pieces(texts, reading, None, progress)
    corpus = building.encode(pieces, keeps_empty=True)
    if tagged is not None:
        corpus.tags = tagged.tags(corpus.sentence_offsets)
    return corpus


def tags_of(corpus: Sentences) -> Vocabulary:
    """Return the names of documents: the tags that they were given, or their numbers.

    Raises
    ------
    ConfigError
        If documents have not one tag each, which no other has.
    """
    numbers = Tags.by_position(corpus.sentence_offsets)
    tags = corpus.tags or numbers
    same = np.array_equal(tags.offsets, numbers.offsets) and np.array_equal(tags.ids, numbers.ids)
    if not same:
        raise ConfigError(
            "every new document must have one tag, which no other has: there are "
            f"{len(tags.ids):,} tags, {len(tags.vocabulary):,} different ones, of "
            f"{corpus.n_sentences:,} documents"
        )
    return tags.vocabulary

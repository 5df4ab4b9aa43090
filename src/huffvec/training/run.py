"""A training run: weights, the engine that trains them, and how far it has come."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec._version import __version__
from huffvec.architectures import ARCHITECTURES
from huffvec.config import TrainingConfig
from huffvec.corpus import subsampling
from huffvec.corpus.contexts import check_contexts, check_two_words
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.engine import engine, engine_trainer
from huffvec.errors import CorpusError, OptionName
from huffvec.evaluation.heldout import evaluate_corpus
from huffvec.formats.hv import write_parts
from huffvec.learning_rates import learning_rates
from huffvec.model import Model
from huffvec.model.saving import parts
from huffvec.objectives import Objective
from huffvec.training.loop import TrainingLoop
from huffvec.training.plan import plan_of
from huffvec.training.position import Position
from huffvec.training.source import fingerprint
from huffvec.training.trained_documents import infer_trained
from huffvec.training.weights import allocate, set_start
from huffvec.weights import DOCUMENT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.file import Corpus
    from huffvec.files.paths import PathLike
    from huffvec.files.writing import Place
    from huffvec.training.callbacks import Callback

CHUNK_TOKENS = 10_000
ROUND_CHUNK_TOKENS = 20_000  # where rows are copied and merged for each (docs/determinism.md)
FIRST_POSITION = "first_position"  # in the record of training: the first document's number
_BEFORE = {"progress": "position", "tables": "bound", "objective": "bound.objective"}
_BEFORE |= {f"{side}_table": f"weights['{side}_vectors']" for side in ("input", "output")}


class TrainingRun(TrainingLoop["Corpus"]):
    """One training run: the weights, the engine that trains them, and how far it has come.

    `train` goes to the end, epoch by epoch; `train_chunks` trains any range of the run's chunks
    (of ``chunk_tokens`` tokens, counted on through the epochs). Draws of random numbers and the
    learning rate depend on the chunk alone, so that chunk by chunk gives the same as all at once.

    Parameters
    ----------
    corpus, vocabulary, objective, config
        What to train, and how.
    chunk_tokens
        Approximate number of tokens in a chunk; by default what suits the configuration.
    model
        What to go on from: its weights and its bound objective; untrained rows if left out.
    position
        How far the run has come with the model; nowhere if left out.
    frozen
        uint8 (n_words,), not zero for words whose input rows stay as they are; none if left out.
        Not with subwords.
    keep_probs
        How likely a token of each word is trained, float64 (n_words,); what
        ``config.subsample_threshold`` says of its count if left out.
    tags
        Those of the documents, where the architecture has any; the corpus's if left out, or else
        their positions.
    set_rows
        Whether rows get what training begins with; where the caller sets all of them, they need
        not.
    replicas
        How many parts of the text are to be trained at a time, each from the same rows, as by a
        cluster: the learning rate by default depends on it.

    Attributes
    ----------
    corpus, vocabulary, config, chunk_tokens, frozen, keep_probs
        As given or by default; buckets of subwords and learning rates are fitted to vocabulary and
        text. The others: `huffvec.training.loop.TrainingLoop`. Until training begins, the rows of
        ``weights`` can be set to what it is to start from.

    Raises
    ------
    ConfigError
        If the learning rate at the end is greater than that at the start.
    CorpusError
        If the objective needs more words than there are, or nothing can be learned: no sentence has
        two tokens.
    TooLargeError, OutputError
        If the tables do not fit into memory, or into the folder for them.
    """

    config: TrainingConfig
    corpus: Sentences

    def __init__(
        self,
        corpus: Sentences,
        vocabulary: Vocabulary,
        objective: Objective,
        config: TrainingConfig | None = None,
        *,
        chunk_tokens: int | None = None,
        model: Model | None = None,
        position: Position | None = None,
        frozen: npt.NDArray[np.uint8] | None = None,
        keep_probs: npt.NDArray[np.float64] | None = None,
        tags: Tags | None = None,
        set_rows: bool = True,
        replicas: int = 1,
    ) -> None:
        super().__init__(position)
        config = config or TrainingConfig()
        if config.subwords is not None:
            config = config.with_options(subwords=config.subwords.fitted(vocabulary))
        check_two_words(len(vocabulary), "training")
        self.architecture = ARCHITECTURES[config.architecture]
        self.tags = None
        if self.architecture.has_documents:
            self.tags = tags or corpus.tags or Tags.by_position(corpus.sentence_offsets)
        if self.tags is not None and not self.architecture.has_word_vectors:
            mean_count = self.tags.mean_count
        else:
            mean_count = corpus.n_tokens / len(vocabulary)
        self.rates = start, end = learning_rates(config, objective, mean_count, replicas)
        self.config = config = config.with_options(learning_rate=start, min_learning_rate=end)
        by_default = ROUND_CHUNK_TOKENS if config.deterministic else CHUNK_TOKENS
        self.chunk_tokens = chunk_tokens or by_default
        self.vocabulary, self.corpus = vocabulary, corpus
        if not self.architecture.has_documents:
            check_contexts(corpus, vocabulary)
        native = engine()
        self.frozen = frozen
        if keep_probs is None:
            keep_probs = subsampling.keep_probs(vocabulary.counts, config.subsample_threshold)
        self.keep_probs = keep_probs
        self.bound = model.bound if model else objective.bind(vocabulary, config)
        n_tags = len(self.tags.vocabulary) if self.tags else 0
        self.padded = allocate(config, len(vocabulary), self.bound.n_outputs, n_tags)
        self.weights = {name: rows[:, : config.dim] for name, rows in self.padded.items()}
        if model:
            for name, rows in self.weights.items():
                rows[:] = model.weights[name]
        elif set_rows:
            set_start(native, config, self.padded)
            if self.tags is not None:  # nothing is learned of documents without a known word
                self.padded[DOCUMENT_VECTORS.name][self.tags.vocabulary.counts == 0] = 0
            self.bound.start_outputs(self.weights[OUTPUT_VECTORS.name], config.seed)
        self.trainer = engine_trainer(self.bound, self.plan())

    if not TYPE_CHECKING:  # where checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            now = f": it is run.{_BEFORE[name]} now" if name in _BEFORE else ""
            what = f"'TrainingRun' object has no attribute {name!r}{now}"
            raise AttributeError(what, name=name, obj=self)

    def plan(self) -> dict[str, Any]:
        """Return the fields of the engine's plan, but for the output layer."""
        return plan_of(self)

    def model(self) -> Model:
        """Return the model with the weights as they are now (not copied)."""
        return Model(
            vocabulary=self.vocabulary,
            weights=dict(self.weights),
            bound=self.bound,
            config=self.config,
            tags=self.tags.vocabulary if self.tags else None,
            training={
                "corpus_tokens": self.corpus.n_tokens,
                "corpus_sentences": self.corpus.n_sentences,
                "huffvec": __version__,
                **self.record(),
            },
        )

    def measure(self, heldout: Corpus) -> float:
        """Return how well a text in the run's ids is predicted, in nats per target."""
        return evaluate_corpus(self.model(), heldout).nats

    def finish(self, callback: Callback) -> None:
        """Infer the documents (:mod:`huffvec.training.trained_documents`)."""
        began = time.perf_counter()
        infer_trained(self, callback.stage)
        seconds = self.position.seconds + time.perf_counter() - began
        self.position = replace(self.position, seconds=seconds)

    def describe(self) -> str:
        """Return how many words there are, and what their vectors are made of."""
        subwords = self.config.subwords
        rows = f"{len(self.vocabulary):,} words"
        if subwords is not None:
            rows += f" and {subwords.n_buckets:,} buckets of n-grams"
        if self.tags is not None:
            rows += f", {len(self.tags.vocabulary):,} tags of documents"
        if "start_vectors" in self.facts:
            frozen = ", frozen" if self.frozen is not None else ""
            rows += f" ({self.facts['start_vectors']['found']:,} with start vectors{frozen})"
        return rows

    def fingerprint(self) -> str:
        """Return a hash of the encoded text and the tags of its documents."""
        return fingerprint(self.corpus, self.tags)

    def write(self, path: PathLike, model: Model, checkpoint: dict[str, Any], place: Place) -> None:
        """Write a checkpoint (:mod:`huffvec.training.checkpoint`)."""
        tensors, sections = parts(model)
        if self.frozen is not None:
            tensors["frozen"] = self.frozen
        sections["checkpoint"] = checkpoint
        write_parts(path, tensors, sections, place)

    def nothing_learned(self) -> CorpusError:
        """Return the error that subsampling left nothing to predict or to predict from."""
        threshold = self.config.subsample_threshold
        kept = float(self.vocabulary.counts @ self.keep_probs)
        never = "two of one sentence"
        if self.architecture.has_documents:
            never = "one of a document with a tag"
        return CorpusError(
            "nothing was learned: subsampling (",
            OptionName("subsample_threshold", threshold),
            f") keeps about {kept:.2g} of {self.corpus.n_tokens:,} tokens an epoch, and never "
            f"{never}. Skip fewer with a higher threshold, or none with 0, or give more text.",
        )

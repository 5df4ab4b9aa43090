"""How well a model predicts text that it was not trained on: one yardstick for all objectives.

Every token of the text is predicted from its window: all words up to ``window`` places to either
side in its sentence. Nothing is random: windows are never narrowed and frequent words never
skipped. Words that the vocabulary lacks are dropped before windows are cut, as in training, and so
are predicted by nobody; a model with fewer words has the easier task, so compare models with the
same vocabulary. What is averaged is ``-log p(target | window)`` in nats, p being that of
`huffvec.model.Model.log_prob`: exact, normalised over the vocabulary. For skip-gram it is the mean
of the context words' predictions, while the loss shown in training is that of each one alone.

Of documents every second word is predicted: :mod:`huffvec.evaluation.completion`.

Skip-gram asks once for each different word of a stretch of text, CBOW once for each token; memory
is bounded in both.
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.encoding import is_encoded, open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.files import is_plain_text
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.evaluation.completion import are_targets, document_windows, with_documents
from huffvec.evaluation.windows import Windows, stretches, windows_at
from huffvec.progress.showing import shows_progress

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.file import Corpus
    from huffvec.corpus.options import InputKeywords
    from huffvec.corpus.sentences import Sentences
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.model import Model
    from huffvec.progress import Progress


@dataclass(frozen=True)
class HeldOut:
    """How well a text is predicted.

    Attributes
    ----------
    nats
        Mean of -log p(target | window) over the targets.
    n_targets
        Tokens that were predicted.
    n_alone
        Tokens left out because nothing else of their sentence is in the vocabulary. Of documents,
        those that their vectors are inferred from are not counted here.
    n_oov
        Tokens dropped because the vocabulary lacks them.
    """

    nats: float
    n_targets: int
    n_alone: int
    n_oov: int

    @property
    def perplexity(self) -> float:
        """exp(nats): a guess among this many equally probable words would do as well."""
        return math.exp(min(self.nats, 700.0))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields and the perplexity as JSON values."""
        return {**asdict(self), "perplexity": self.perplexity}


@shows_progress
def perplexity(
    model: Model,
    data: Any,
    *,
    progress: Progress | bool | None = None,
    **options: Unpack[InputKeywords],
) -> HeldOut:
    """Measure how well a model predicts the words of a text that it was not trained on.

    Parameters
    ----------
    model
        The model.
    data
        What `huffvec.train` takes: files of any kind, an iterable of sentences, a table …
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes; True shows a bar.
    **options
        Fields of `huffvec.corpus.InputOptions`; lowercase, normalize and tokenize are those of
        training if left out.

    Raises
    ------
    CorpusError
        If the input cannot be read, or has nothing to predict.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    reading = InputOptions.of(**{**InputOptions.recorded(model.training), **options})
    if model.tags is not None and not reading.has_documents:
        reading = reading.but(tags="position")
    with open_heldout(data, model.vocabulary, reading, progress=progress) as corpus:
        return evaluate_corpus(model, corpus, progress=progress)


def open_heldout(
    data: Any,
    vocabulary: Vocabulary,
    options: InputOptions,
    *,
    n_threads: int = 0,
    progress: Progress | None = None,
) -> AbstractContextManager[Corpus]:
    """Open a text in a model's word ids, as `huffvec.corpus.encoding.open_corpus` does.

    Parameters
    ----------
    data
        What `huffvec.encode` takes.
    vocabulary
        The model's words.
    options
        How the text is read. A column is for tables: plain text is read without, and an encoded
        corpus has its tags.
    n_threads
        0: all processors that the process may use.
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes.

    Raises
    ------
    ConfigError, CorpusError
        As `huffvec.encode`.
    """
    if is_names(data) and all(map(is_plain_text, expand(data))):
        options = options.for_text()
    if is_encoded(data):
        options = options.without(("tags", "tag_column"))
    return open_corpus(
        data,
        options.without_rules(),
        vocabulary=vocabulary,
        n_threads=n_threads,
        progress=progress,
    )


def evaluate_corpus(model: Model, corpus: Corpus, *, progress: Progress | None = None) -> HeldOut:
    """Do the same as `evaluate_encoded`, and count the words that are not in the vocabulary."""
    n_oov = corpus.record.n_raw_tokens - corpus.n_tokens
    return evaluate_encoded(model, corpus, n_oov=n_oov, progress=progress)


def evaluate_encoded(
    model: Model, corpus: Sentences, *, n_oov: int = 0, progress: Progress | None = None
) -> HeldOut:
    """Measure how well a model predicts a text that is encoded with its vocabulary.

    Parameters
    ----------
    model
        The model.
    corpus
        The text.
    n_oov
        Tokens that were dropped when the text was encoded, for the result.
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes.

    Raises
    ------
    CorpusError
        If there is nothing to predict.
    """
    check_contexts(corpus, model.vocabulary)
    nats, n_targets = _score(model, corpus, progress)
    return HeldOut(
        nats=nats / n_targets,
        n_targets=n_targets,
        n_alone=int(np.count_nonzero(np.diff(corpus.sentence_offsets) == 1)),
        n_oov=n_oov,
    )


def _score(model: Model, corpus: Sentences, progress: Progress | None) -> tuple[float, int]:
    """Return the sum of -log p over the targets, and how many there are."""
    nats, n_targets = 0.0, 0
    n_contexts = ARCHITECTURES[model.config.architecture].contexts_at_once
    reach = max(1, min(model.config.reach, corpus.longest_sentence - 1))
    if model.tags is not None:
        model = with_documents(model, corpus, progress)
    for start, end in stretches(corpus.n_tokens, n_contexts // (2 * reach)):
        places = np.arange(start, end)
        if model.tags is None:
            found = windows_at(corpus, places, reach)
        else:
            found = document_windows(model, corpus, places[are_targets(corpus, places)], reach)
        if len(found.targets):
            nats -= float(_log_probs(model, found).sum())
            n_targets += len(found.targets)
        if progress is not None:
            progress("predicting words", 4 * end, 4 * corpus.n_tokens)
    return nats, n_targets


def _log_probs(model: Model, windows: Windows) -> npt.NDArray[np.float64]:
    """Return log p(target | its window) of every target."""
    hidden, targets = model.hidden_of(windows.contexts), windows.targets
    if hidden.uses is None or hidden.bounds is None:
        return model.predictor.target_log_probs(hidden.vectors, np.arange(len(targets)), targets)
    sizes = np.diff(hidden.bounds, append=len(hidden.uses))
    log_probs = model.predictor.target_log_probs(
        hidden.vectors, hidden.uses, np.repeat(targets, sizes)
    )
    means: npt.NDArray[np.float64] = np.logaddexp.reduceat(log_probs, hidden.bounds)
    return means - np.log(sizes)

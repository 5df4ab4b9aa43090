"""From files or an encoded corpus to a trained model."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from huffvec.config import TrainingConfig, TrainingOptions
from huffvec.corpus.encoded import EncodedCorpus, encode
from huffvec.corpus.sources import PathLike, expand_paths
from huffvec.corpus.vocabulary import Vocabulary, count_words
from huffvec.model import Model
from huffvec.objectives import NegativeSampling, Objective
from huffvec.training.callbacks import Callback, as_callback
from huffvec.training.run import TrainingRun, check_vocabulary

if TYPE_CHECKING:
    from typing_extensions import Unpack


def train(
    files: PathLike | Sequence[PathLike],
    objective: Objective | None = None,
    *,
    config: TrainingConfig | None = None,
    errors: str = "strict",
    heldout: PathLike | Sequence[PathLike] | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    **options: Unpack[TrainingOptions],
) -> Model:
    """Train vectors on text files: whitespace-separated tokens, a sentence a line, UTF-8.

    Parameters
    ----------
    files
        A file or glob pattern, or several.
    objective
        How the output layer is trained; `NegativeSampling` with its defaults if left out.
    config
        The options; defaults if left out.
    errors
        What to do with bytes that are not UTF-8: ``"strict"`` or ``"replace"`` (by U+FFFD).
    heldout
        Text files that are not trained on, as ``files``; how well they are predicted is measured
        after every epoch, for logs and `huffvec.training.callbacks.EarlyStopping`.
    callbacks
        Told about the work while it goes on: progress on a terminal, logs, early stopping. One or
        several of :mod:`huffvec.training.callbacks`; silent if left out.
    **options
        Fields of `TrainingConfig` that replace those of ``config``, e.g. ``dim=200``.

    Returns
    -------
    Model
        The trained model, in memory.

    Raises
    ------
    ConfigError
        If an option is unknown or out of range.
    CorpusError
        If a file cannot be read as text, or too few words are left.
    OutputError
        If the temporary files of the encoded corpus cannot be written.
    TrainingError
        If the numbers stop being finite.
    """
    config = (config or TrainingConfig()).with_options(**options)
    objective = objective or NegativeSampling()
    objective.check_files()
    callback = as_callback(callbacks)
    patterns = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    paths = expand_paths(patterns)
    threads = config.threads()
    with contextlib.closing(callback):
        counted = count_words(
            paths,
            min_count=config.min_count,
            n_threads=threads,
            errors=errors,
            progress=callback.stage,
        )
        check_vocabulary(counted.vocabulary)
        with encode(
            paths,
            counted.vocabulary,
            n_threads=threads,
            errors=errors,
            progress=callback.stage,
            stamps=counted.stamps,
        ) as corpus:
            model = train_encoded(
                corpus, counted.vocabulary, objective, config, callback, heldout=heldout
            )
    model.training["raw_tokens"] = counted.n_raw_tokens
    return model


def train_encoded(
    corpus: EncodedCorpus,
    vocabulary: Vocabulary,
    objective: Objective | None = None,
    config: TrainingConfig | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    *,
    heldout: PathLike | Sequence[PathLike] | None = None,
) -> Model:
    """Train vectors on a corpus that is encoded already with the vocabulary.

    The parameters and errors are those of `train`.
    """
    run = TrainingRun(corpus, vocabulary, objective or NegativeSampling(), config)
    run.train(as_callback(callbacks), heldout)
    return run.model()

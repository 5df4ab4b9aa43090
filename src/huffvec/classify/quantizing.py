"""Classifiers made small: fewer features, and bytes in place of their vectors' numbers.

As in fastText (Joulin et al. 2016, "FastText.zip: compressing text classification models") few
features are kept, and their vectors become the codes of a product quantizer
(:mod:`huffvec.product_codes`). Other than there, both go by how much a feature weighs in the
documents of training, df·idf². Kept are those with the greatest df·idf²·‖vector‖²: what is left out
changes the hidden vectors of documents least. (By the length of vectors alone delicious loses 6
points of P@1 with 40 % of the features, so 0.5.) Centroids are found from vectors drawn by df·idf²:
frequent features are near to what they were, and the error of hidden vectors, on 20 newsgroups, a
quarter. Where texts are plain means it is as in fastText: no feature weighs more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.classify.classifier import Classifier
from huffvec.classify.feature_arrays import rows_of_buckets
from huffvec.classify.preparing import encode_heldout, shuffled
from huffvec.classify.quantizing_options import QuantizingOptions
from huffvec.classify.run import ClassifierRun
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, OptionName
from huffvec.product_codes import N_CENTROIDS, ProductCodes, encode_rows
from huffvec.progress.words import format_bytes
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

KEPT_SHARE, LEAST_KEPT = 0.4, 5_000
MANY_LABELS = 512  # below, few numbers share a centroid, and little is saved
RETRAIN_RATE = 0.3  # of the learning rate that training began with
_HEADER = 4_096  # bytes of a file's header and records, about


def quantize(
    model: Classifier,
    *,
    retrain: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    progress: bool = False,
    **options: Any,
) -> Classifier:
    """Return a smaller classifier that predicts about the same.

    Parameters
    ----------
    model
        The classifier.
    retrain
        Examples to train the features that are kept again on, in any form that
        `huffvec.classify.train` takes: mostly those of training. A calibration and thresholds are
        left out then, since they were those of other probabilities. If left out, nothing is
        trained.
    callbacks, progress
        As for `huffvec.classify.train`.
    **options
        How small and how exact: the fields of `QuantizingOptions`, e.g. ``max_size="2MB"``.

    Returns
    -------
    Classifier
        A classifier of its own, in memory.

    Raises
    ------
    ConfigError
        If the classifier is quantized already, an option is out of range, or nothing would be left
        in a file of that size.
    CorpusError
        If the examples cannot be read, or have no label that the classifier knows.
    """
    chosen = QuantizingOptions.of(**options)
    if model.codes:
        raise ConfigError("the classifier is quantized already: take the one that it was made from")
    n_before = model.features.n_rows
    model = pruned(model, kept_features(model, chosen))
    if retrain is not None:
        model = _retrained(model, retrain, chosen, as_callback(callbacks, progress))
    codes = {INPUT_VECTORS.name: _input_codes(model, chosen)}
    if quantizes_outputs(model, chosen):
        codes[OUTPUT_VECTORS.name] = encode_rows(
            model.weights[OUTPUT_VECTORS.name], chosen.sub_dim, norms=True, seed=chosen.seed
        )
    record = {"features_before": n_before, "retrained": retrain is not None, **chosen.to_dict()}
    return replace(
        model,
        weights={name: rows for name, rows in model.weights.items() if name not in codes},
        codes=codes,
        training={**model.training, "quantized": record},
    )


def quantizes_outputs(model: Classifier, options: QuantizingOptions) -> bool:
    """Return whether the labels' vectors become codes as well."""
    if options.outputs is not None:
        return options.outputs
    return len(model.weights[OUTPUT_VECTORS.name]) >= MANY_LABELS


def kept_features(model: Classifier, options: QuantizingOptions) -> npt.NDArray[np.intp]:
    """Return the rows of the features that are kept, ascending.

    Raises
    ------
    ConfigError
        If none fits in the size.
    """
    features, rows = model.features, model.weights[INPUT_VECTORS.name]
    weights = _weights(model)
    changes = np.einsum("ij,ij->i", rows, rows) * (1 if weights is None else weights)
    if features.end_token in (words := features.words):
        changes[words.id_of(features.end_token)] = np.inf  # fastText keeps it, too
    order = np.argsort(-changes, kind="stable")
    if options.max_size is None:
        n_kept = options.cutoff or max(LEAST_KEPT, int(KEPT_SHARE * len(rows)))
        return np.sort(order[:n_kept])
    room = options.max_size - _fixed_bytes(model, options)
    n_kept = int(
        np.searchsorted(np.cumsum(_bytes_of_features(model, options)[order]), room, "right")
    )
    if n_kept == 0:
        least = format_bytes(options.max_size - room)
        raise ConfigError(
            OptionName("max_size"), f" must be more than the {least} that labels and centroids take"
        )
    return np.sort(order[:n_kept])


def _bytes_of_features(model: Classifier, options: QuantizingOptions) -> npt.NDArray[np.int64]:
    """Return how many bytes of a file each feature takes, int64 (n_features,)."""
    features, dim = model.features, model.config.dim
    n_bytes = np.full(features.n_rows, -(-dim // options.sub_dim) + options.norms, np.int64)
    n_bytes += 0 if features.idf is None else 4
    n_words = len(features.words)
    ends = np.flatnonzero(features.words.word_bytes() == ord("\n"))
    n_bytes[:n_words] += 8 + np.diff(ends, prepend=-1, append=len(features.words.word_bytes()))
    n_bytes[n_words:] += 4
    return n_bytes


def _fixed_bytes(model: Classifier, options: QuantizingOptions) -> int:
    """Return how many bytes of a file everything else takes."""
    outputs, dim = model.weights[OUTPUT_VECTORS.name], model.config.dim
    centroids = 4 * N_CENTROIDS * (dim + options.norms)
    n_bytes = centroids + outputs.nbytes
    if quantizes_outputs(model, options):
        n_bytes = 2 * centroids + len(outputs) * (-(-dim // options.sub_dim) + 1)
    others: list[npt.NDArray[Any]] = [
        model.labels.word_bytes(),
        model.labels.counts,
        *model.bound.arrays().values(),
        *model.extra_arrays.values(),
    ]
    return int(_HEADER + n_bytes + sum(array.nbytes for array in others))


def pruned(model: Classifier, kept: npt.NDArray[np.intp]) -> Classifier:
    """Return a classifier that knows only some features, those of these rows, ascending."""
    features = model.features
    if len(kept) == features.n_rows:
        return model
    n_words = len(features.words)
    of_words, of_buckets = np.split(kept, [np.searchsorted(kept, n_words)])
    known = features.words
    words = Vocabulary([known.word(row) for row in of_words.tolist()], known.counts[of_words])
    bucket_rows = features.bucket_rows
    if features.has_ngrams:
        buckets = features.to_arrays().get(
            "buckets", np.arange(model.config.buckets, dtype=np.int32)
        )
        bucket_rows = rows_of_buckets(
            buckets[of_buckets - n_words], model.config.buckets, len(words)
        )
    idf = None if features.idf is None else features.idf[kept]
    table = model.weights[INPUT_VECTORS.name][kept]
    return replace(
        model,
        features=replace(features, words=words, bucket_rows=bucket_rows, idf=idf),
        weights={**model.weights, INPUT_VECTORS.name: table},
    )


def _retrained(
    model: Classifier, data: Any, options: QuantizingOptions, callback: Callback
) -> Classifier:
    """Return a classifier trained further, with the features that it has."""
    texts = model.read_examples(data)
    examples = encode_heldout(texts, model.features, model.labels, "examples to retrain with")
    rate = model.config.learning_rate
    config = model.config.but(
        epochs=options.retrain_epochs,
        seed=options.seed,
        learning_rate=None if rate is None else RETRAIN_RATE * rate,
        min_learning_rate=0.0,
    )
    run = ClassifierRun(
        shuffled(examples, options.seed),
        model.features,
        model.labels,
        model.bound.objective,
        config,
        model=model,
    )
    run.train(callback)
    found = run.model()
    return replace(found, config=model.config, training={**model.training, **found.training})


def _weights(model: Classifier) -> npt.NDArray[np.float32] | None:
    """Return how much features weigh in training, in proportion to df·idf²; None: all alike."""
    idf = model.features.idf
    return None if idf is None else np.exp(1 - idf) * np.square(idf)


def _input_codes(model: Classifier, options: QuantizingOptions) -> ProductCodes:
    """Return the codes of the features' vectors."""
    return encode_rows(
        model.weights[INPUT_VECTORS.name],
        options.sub_dim,
        norms=options.norms,
        weights=_weights(model),
        seed=options.seed,
    )

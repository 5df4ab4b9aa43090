"""What gensim, fastText and word2vec.c call options that have another name here.

Both the Python functions and the command line answer such a name with the one that it has here.
"""

from __future__ import annotations

from typing import NamedTuple

from huffvec.errors import ConfigError


class Name(NamedTuple):
    """What something is called in Python and on the command line."""

    python: str
    flag: str


def _field(name: str) -> Name:
    return Name(name, flag_of(name))


def flag_of(name: str) -> str:
    """Return the flag of a field: n_threads is --threads."""
    return "--" + name.removeprefix("n_").replace("_", "-")


_HIERARCHICAL = Name("objective='hierarchical-softmax'", "--objective hierarchical-softmax")
_NS = "negative-sampling"
_NEGATIVES = Name(f"objective='{_NS}:samples=…'", f"--objective {_NS}:samples=…")
_NOISE = Name(f"objective='{_NS}:proposal=unigram^…'", f"--objective {_NS}:proposal=unigram^…")
_SKIPGRAM = Name("architecture='skipgram' or 'cbow'", "--architecture skipgram or cbow")
_SUBWORDS = Name("subwords=huffvec.Subwords(min_n, max_n)", "--subwords MIN-MAX")
_BUCKETS = Name("subwords=huffvec.Subwords(buckets=…)", "--buckets")
_INPUT = Name("data, the first argument", "FILE, an argument without a name")

# With hyphens where others write underscores.
OTHER_NAMES: dict[str, Name] = {
    "vector-size": _field("dim"),
    "size": _field("dim"),
    "ws": _field("window"),
    "shrink-windows": Name("window_draw='uniform' or 'fixed'", "--window-draw uniform or fixed"),
    "iter": _field("epochs"),
    "epoch": _field("epochs"),
    "workers": _field("n_threads"),
    "thread": _field("n_threads"),
    "threads": _field("n_threads"),
    "lr": _field("learning_rate"),
    "alpha": _field("learning_rate"),
    "start-alpha": _field("learning_rate"),
    "min-alpha": _field("min_learning_rate"),
    "end-alpha": _field("min_learning_rate"),
    "sample": _field("subsample_threshold"),
    "t": _field("subsample_threshold"),
    "minCount": _field("min_count"),
    "max-final-vocab": _field("max_words"),
    "max-vocab-size": _field("vocab_memory"),
    "trim-rule": Name("keep_words and drop_words", "--keep-words and --drop-words"),
    "pretrainedVectors": _field("start_vectors"),
    "cbow-mean": _field("mean_gradient"),
    "sg": _SKIPGRAM,
    "skipgram": _SKIPGRAM,
    "cbow": _SKIPGRAM,
    "model": _SKIPGRAM,
    "hs": _HIERARCHICAL,
    "loss": Name("objective", "--objective"),
    "negative": _NEGATIVES,
    "neg": _NEGATIVES,
    "ns-exponent": _NOISE,
    "minn": _SUBWORDS,
    "maxn": _SUBWORDS,
    "min-n": _SUBWORDS,
    "max-n": _SUBWORDS,
    "bucket": _BUCKETS,
    "sentences": _INPUT,
    "corpus-file": _INPUT,
    "input": _INPUT,
    "train": _INPUT,
    "output": Name("huffvec.Model.save", "--output"),
    "save-model": Name("huffvec.Model.save", "--output"),
    "read-vocab": Name("vocabulary", "--vocab"),
    "save-vocab": Name("model.vocabulary.write_tsv", "huffvec vocab"),
    "binary": Name("vectors.save(…, format='word2vec-binary')", "huffvec convert"),
    "wordNgrams": Name("huffvec.find_phrases, before training", "huffvec phrases, before training"),
    "verbose": Name("progress", "--quiet"),
    "debug": Name("progress", "--quiet"),
}
_BY_SPELLING = {name.lower(): own for name, own in OTHER_NAMES.items()}


def check_known_elsewhere(name: str) -> None:
    """Raise `ConfigError` if a name is that of another program's option."""
    known = _BY_SPELLING.get(_spelled(name))
    if known is not None:
        raise ConfigError(
            f"{name}, as gensim, fastText or word2vec.c say, is called {known.python} here"
        )


def is_known_elsewhere(name: str) -> bool:
    """Return whether a name is that of another program's option."""
    return _spelled(name) in _BY_SPELLING


def own_flag(flag: str) -> str | None:
    """Return what a flag such as -size, -minCount or --vector-size is called here, if anything."""
    known = _BY_SPELLING.get(_spelled(flag.lstrip("-")))
    return None if known is None else known.flag


def _spelled(name: str) -> str:
    return name.lower().replace("_", "-")

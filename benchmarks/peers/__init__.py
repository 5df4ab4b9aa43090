"""The systems that are compared: one file a peer, all with the same small interface.

A peer module has

* ``train(corpus, settings, folder) -> Result``: trains on one text file (a sentence a line), writes
  the word vectors into folder and says how long the training loop alone took;
* ``version() -> str``: what ran, for the record; raises ImportError when it is not installed.

:mod:`peers.worker` calls them, each run in a process of its own.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

MODULES = {
    "huffvec": "peers.huffvec_peer",
    "gensim": "peers.gensim_peer",
    "fasttext": "peers.fasttext_peer",
    "word2vec": "peers.word2vec_peer",
    "prototype": "peers.prototype_peer",
}
"""Name on the command line -> module."""

BINARIES = ("word2vec", "prototype")
"""Those that are external programs: options with their names take the paths."""

ARCHITECTURES = ("skipgram", "cbow")
OBJECTIVES = ("negative-sampling", "hierarchical-softmax")
PEER_LEARNING_RATES = {"skipgram": 0.025, "cbow": 0.05}
"""word2vec.c's defaults. Peers get them, huffvec keeps its own default (see learning_rate)."""
SUBWORD_LEARNING_RATE = 0.05
"""fastText's default for both architectures, which peers get with subwords."""


@dataclass(frozen=True)
class Settings:
    """What one run trains. The defaults are those of the published tables.

    learning_rate: None leaves huffvec its own default and gives peers PEER_LEARNING_RATES, with
    subwords SUBWORD_LEARNING_RATE.
    min_n, max_n: lengths of n-grams, which are hashed to so many buckets; max_n = 0: no subwords.
    save: whether the vectors are wanted; with subwords writing them takes long.
    binary: path of the program, for those of BINARIES only.
    """

    architecture: str = "skipgram"
    objective: str = "negative-sampling"
    dim: int = 200
    window: int = 5
    negatives: int = 5
    epochs: int = 3
    n_threads: int = 2
    subsample_threshold: float = 1e-3
    min_count: int = 5
    learning_rate: float | None = None
    min_n: int = 0
    max_n: int = 0
    buckets: int = 2_000_000
    seed: int = 1
    save: bool = True
    binary: str | None = None

    @property
    def peer_learning_rate(self) -> float:
        """The start learning rate for everything but huffvec."""
        if self.learning_rate is not None:
            return self.learning_rate
        return SUBWORD_LEARNING_RATE if self.subwords else PEER_LEARNING_RATES[self.architecture]

    @property
    def subwords(self) -> bool:
        """Whether words are made up of n-grams."""
        return self.max_n > 0

    @property
    def is_hierarchical(self) -> bool:
        """Whether the objective is hierarchical softmax."""
        return self.objective == "hierarchical-softmax"


@dataclass(frozen=True)
class Result:
    """What a peer reports.

    seconds: wall seconds of the training loop alone: no vocabulary, no reading ahead, no saving.
    vectors: file of word vectors, if they were to be saved.
    vectors_format: huffvec's name of that file's format.
    details: anything worth keeping, JSON values.
    """

    seconds: float
    vectors: Path | None = None
    vectors_format: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Peer(Protocol):
    """The interface of a peer module."""

    def train(self, corpus: Path, settings: Settings, folder: Path) -> Result:
        """Train on the file and write the vectors into folder."""

    def version(self) -> str:
        """Return the version; raise ImportError when the peer is not installed."""


def load(name: str) -> Peer:
    """Return the module of the peer called name."""
    return cast(Peer, importlib.import_module(MODULES[name]))

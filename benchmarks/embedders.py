"""The systems that documents.py compares.

A system has ``train(path)``, which trains on a file with a document in each line and times what
comes after reading and counting words, ``vectors()``, a row for each document, and
``infer(texts)``, a row for each new one.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

PREFIX = "__label__"
PENALTIES = (0.01, 0.1, 1.0)  # C of logistic regression
TFIDF_PENALTIES = (1.0, 10.0, 100.0)


def read(path: Path) -> tuple[list[str], np.ndarray]:
    """Return the texts of a file, and their labels where lines begin with them."""
    texts, labels = [], []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            label, _, text = line.rstrip("\n").partition(" ")
            if label.startswith(PREFIX):
                labels.append(label)
            texts.append(text if label.startswith(PREFIX) else line.rstrip("\n"))
    return texts, np.array(labels)


class Clock:
    """Seconds, of the wall and of the processor, between `start` and `stop`, added up."""

    seconds = cpu_seconds = 0.0

    def start(self) -> None:
        """Begin to count."""
        self._start, self._cpu_start = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        """Add what has passed."""
        self.seconds += time.perf_counter() - self._start
        self.cpu_seconds += time.process_time() - self._cpu_start


class System(ABC):
    """A way to have vectors of documents; options are those that it has a name for."""

    penalties: tuple[float, ...] = PENALTIES

    def __init__(self, job: dict[str, Any]) -> None:
        self.job, self.options = job, job["options"]
        self.clock = Clock()

    @abstractmethod
    def train(self, path: Path) -> None:
        """Read the documents and train on them."""

    @abstractmethod
    def vectors(self) -> Any:
        """Return the vectors of the documents, a matrix."""

    @abstractmethod
    def infer(self, texts: list[str]) -> Any:
        """Return the vectors of new documents."""

    def version(self) -> str:
        """Return what ran."""
        import huffvec

        return f"huffvec {huffvec.__version__}"


class Huffvec(System):
    """Documents' vectors; several architectures stand side by side."""

    architectures: tuple[Any, ...] = ()

    def train(self, path: Path) -> None:
        """Train, one model after the other."""
        import huffvec
        from huffvec.training.callbacks import Callback

        clock = self.clock

        class Loop(Callback):
            def start(self, run: Any) -> None:
                clock.start()

            def end(self, report: Any) -> None:
                clock.stop()

        options = common_options(self.job) | self.options
        self.models = [
            huffvec.train(path, architecture=architecture, callbacks=Loop(), **options)
            for architecture in self.architectures
        ]

    def vectors(self) -> Any:
        """Return the trained vectors."""
        return np.hstack([model.documents.vectors for model in self.models])

    def infer(self, texts: list[str]) -> Any:
        """Return vectors by inference."""
        n_threads = self.job["threads"]
        return np.hstack(
            [model.documents.infer(texts, n_threads=n_threads).vectors for model in self.models]
        )


class Dbow(Huffvec):
    """PV-DBOW."""

    architectures = ("dbow",)


class DbowWords(Huffvec):
    """PV-DBOW with skip-gram in between."""

    architectures = ("dbow-words",)


class Dm(Huffvec):
    """PV-DM, the mean of tags and words."""

    architectures = ("dm",)


class Both(Huffvec):
    """PV-DBOW and PV-DM."""

    architectures = ("dbow", "dm")


class Pooled(System):
    """Means of skip-gram's word vectors."""

    pooling: Any = "mean"

    def train(self, path: Path) -> None:
        """Train word vectors on all documents, and take their means; all of it is timed."""
        from huffvec.sklearn import Embedder

        options = common_options(self.job)
        del options["seed"]
        embedder = Embedder(
            pooling=self.pooling, random_state=self.job["seed"], **options | self.options
        )
        texts = read(path)[0]
        self.clock.start()
        self.trained = embedder.fit_transform(texts)
        self.clock.stop()
        self.embedder = embedder

    def vectors(self) -> Any:
        """Return the means."""
        return self.trained

    def infer(self, texts: list[str]) -> Any:
        """Return the means of new documents."""
        return self.embedder.transform(texts)


class Sif(Pooled):
    """Weighted means without what all have in common (Arora, Liang & Ma 2017)."""

    pooling = "sif"


class Tfidf(System):
    """scikit-learn's TF-IDF of words, with logarithms of counts; ``ngrams=2`` of pairs, too."""

    penalties = TFIDF_PENALTIES

    def train(self, path: Path) -> None:
        """Count the words of all documents."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(
            token_pattern=r"\S+",
            lowercase=False,
            sublinear_tf=True,
            min_df=self.job["min_count"],
            ngram_range=(1, self.options.get("ngrams", 1)),
        )
        texts = read(path)[0]
        self.clock.start()
        self.trained = self.vectorizer.fit_transform(texts)
        self.clock.stop()

    def vectors(self) -> Any:
        """Return the sparse matrix."""
        return self.trained

    def infer(self, texts: list[str]) -> Any:
        """Return the sparse matrix of new documents."""
        return self.vectorizer.transform(texts)

    def version(self) -> str:
        """Return scikit-learn's version."""
        import sklearn

        return f"scikit-learn {sklearn.__version__}"


class GensimDbow(System):
    """gensim's Doc2Vec from a file, its fastest, at the rate of its notebook on these reviews."""

    options_of_kind: ClassVar = {"dm": 0}

    def train(self, path: Path) -> None:
        """Count the words and train."""
        from gensim.models import doc2vec

        if doc2vec.CORPUSFILE_VERSION < 0:
            raise RuntimeError("gensim runs without its compiled code; reinstall it")
        job = self.job
        settings = {"alpha": 0.05, "window": job["window"], "negative": 5, "sample": 0}
        self.model = model = doc2vec.Doc2Vec(
            vector_size=job["dim"],
            min_count=job["min_count"],
            workers=job["threads"],
            epochs=job["epochs"],
            seed=job["seed"],
            **settings | self.options_of_kind | self.options,
        )
        model.build_vocab(corpus_file=str(path))
        self.clock.start()
        model.train(
            corpus_file=str(path),
            total_examples=model.corpus_count,
            total_words=model.corpus_total_words,
            epochs=model.epochs,
        )
        self.clock.stop()

    def vectors(self) -> Any:
        """Return the trained vectors."""
        return self.model.dv.vectors

    def infer(self, texts: list[str]) -> Any:
        """Return vectors one after another, as gensim has no other way."""
        return np.stack([self.model.infer_vector(text.split()) for text in texts])

    def version(self) -> str:
        """Return gensim's version."""
        import gensim

        return f"gensim {gensim.__version__}"


class GensimDm(GensimDbow):
    """gensim's PV-DM with the mean of the context."""

    options_of_kind: ClassVar = {"dm": 1, "dm_mean": 1}


SYSTEMS: dict[str, type[System]] = {
    "dbow": Dbow,
    "dbow-words": DbowWords,
    "dm": Dm,
    "both": Both,
    "mean": Pooled,
    "sif": Sif,
    "tfidf": Tfidf,
    "gensim-dbow": GensimDbow,
    "gensim-dm": GensimDm,
}


def common_options(job: dict[str, Any]) -> dict[str, Any]:
    """Return the options of huffvec's training that a job gives."""
    same = ("dim", "window", "epochs", "min_count", "seed")
    return {name: job[name] for name in same} | {
        "n_threads": job["threads"],
        "subsample_threshold": 0,
    }

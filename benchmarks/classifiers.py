"""The systems that classify.py compares, and one run of one of them in a process of its own.

``python -m classifiers JOB.json`` (see classify.py) writes ``result.json`` beside the job. A system
has ``train(path)``, from a file in fastText's format to a model in memory, and of that model
``predict(texts, k)``, the labels of each text, best first, and ``n_bytes(folder)``, the size of its
file.
"""

from __future__ import annotations

import pickle
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np
from peers.worker import pin, work

PREFIX = "__label__"
MIN_THREADS = 10  # of fastText: see the README
CUTS = (1, 3, 5)


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the texts and the labels of a file in fastText's format."""
    texts, labels = [], []
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            tokens = line.split()
            found = [token[len(PREFIX) :] for token in tokens if token.startswith(PREFIX)]
            if found:
                labels.append(found)
                texts.append(" ".join(token for token in tokens if not token.startswith(PREFIX)))
    return texts, labels


class System(ABC):
    """A way to classify; options are those that it has a name for."""

    def __init__(self, n_threads: int, seed: int, options: dict[str, Any]) -> None:
        self.n_threads, self.seed, self.options = n_threads, seed, options

    @abstractmethod
    def train(self, path: Path) -> None:
        """Read a file and train."""

    @abstractmethod
    def predict(self, texts: list[str], k: int) -> list[list[str]]:
        """Return the k best labels of each text, or as many as there are."""

    @abstractmethod
    def n_bytes(self, folder: Path) -> int:
        """Return the size of the model's file, which is written into the folder."""

    @abstractmethod
    def version(self) -> str:
        """Return what ran."""


class Huffvec(System):
    """huffvec with its defaults."""

    def train(self, path: Path) -> None:
        """Train with the options given, and defaults for all others."""
        import huffvec.classify

        self.model = huffvec.classify.train(
            path, n_threads=self.n_threads, seed=self.seed, **self.options
        )

    def predict(self, texts: list[str], k: int) -> list[list[str]]:
        """Return the labels as the model's arrays have them."""
        return [list(map(str, row)) for row in self.model.predict(texts, k).labels]

    def n_bytes(self, folder: Path) -> int:
        """Return the size of its own format."""
        self.model.save(folder / "huffvec.hvclf")
        return (folder / "huffvec.hvclf").stat().st_size

    def version(self) -> str:
        """Return huffvec's version."""
        import huffvec

        return f"huffvec {huffvec.__version__}"


class FastText(System):
    """fastText with bigrams and 25 epochs at the rate 0.5; one-vs-all where labels are several."""

    def train(self, path: Path) -> None:
        """Train with at least 10 threads."""
        import fasttext

        one_each = all(len(labels) == 1 for labels in read(path)[1])
        defaults = {
            "wordNgrams": 2,
            "epoch": 25,
            "lr": 0.5,
            "loss": "softmax" if one_each else "ova",
        }
        threads = max(MIN_THREADS, self.n_threads)
        self.model = fasttext.train_supervised(
            str(path), thread=threads, seed=self.seed, verbose=0, **(defaults | self.options)
        )

    def predict(self, texts: list[str], k: int) -> list[list[str]]:
        """Return the labels, text by text, as its module does."""
        predict = self.model.f.predict  # its wrapper does not work with NumPy 2
        return [
            [label[len(PREFIX) :] for _, label in predict(text + "\n", k, 0.0, "strict")]
            for text in texts
        ]

    def n_bytes(self, folder: Path) -> int:
        """Return the size of its .bin."""
        self.model.save_model(str(folder / "fasttext.bin"))
        return (folder / "fasttext.bin").stat().st_size

    def version(self) -> str:
        """Return fastText's version."""
        from importlib.metadata import version

        return f"fastText {version('fasttext')}"


class LinearSVC(System):
    """scikit-learn's TF-IDF of words and bigrams and LinearSVC, all with their defaults."""

    def train(self, path: Path) -> None:
        """Train one model for each label; ``chars="1-4"`` takes n-grams of characters instead."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import MultiLabelBinarizer
        from sklearn.svm import LinearSVC as Svc

        texts, labels = read(path)
        chars = tuple(map(int, self.options["chars"].split("-"))) if self.options else None
        kind = {"analyzer": "char_wb", "ngram_range": chars} if chars else {"ngram_range": (1, 2)}
        vectorizer = TfidfVectorizer(token_pattern=r"\S+", lowercase=False, **kind)
        binarizer = MultiLabelBinarizer()
        truth = binarizer.fit_transform(labels)
        self.names = binarizer.classes_
        if all(len(of_one) == 1 for of_one in labels):
            model, truth = Svc(random_state=self.seed), truth.argmax(axis=1)
        else:
            model = OneVsRestClassifier(Svc(random_state=self.seed))
        self.model = make_pipeline(vectorizer, model).fit(texts, truth)

    def predict(self, texts: list[str], k: int) -> list[list[str]]:
        """Return the labels with the highest scores."""
        scores = self.model.decision_function(texts)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return [list(row) for row in self.names[best]]

    def n_bytes(self, folder: Path) -> int:
        """Return the size of the pickled model, as scikit-learn's users keep it."""
        del folder
        return len(pickle.dumps(self.model))

    def version(self) -> str:
        """Return scikit-learn's version."""
        import sklearn

        return f"scikit-learn {sklearn.__version__}"


SYSTEMS: dict[str, type[System]] = {
    "huffvec": Huffvec,
    "fasttext": FastText,
    "linear-svc": LinearSVC,
}


def precision(predicted: list[list[str]], truth: list[list[str]], k: int) -> float:
    """Return the share of the k best labels that are right."""
    right = sum(len(set(found[:k]) & set(due)) for found, due in zip(predicted, truth, strict=True))
    return right / (k * len(truth))


def run(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train, predict and save once; return what was measured."""
    system = SYSTEMS[job["system"]](job["threads"], job["seed"], job["options"])
    cores = pin(job["threads"])
    start, cpu = time.perf_counter(), time.process_time()
    system.train(Path(job["train"]))
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    texts, truth = read(Path(job["test"]))
    system.predict(texts[:100], 1)
    cpu = time.process_time()
    predicted = system.predict(texts, max(CUTS))
    texts_per_second = len(texts) / (time.process_time() - cpu)
    return {
        "version": system.version(),
        "cores": cores,
        "train_seconds": seconds,
        "train_cpu_seconds": cpu_seconds,
        "texts_per_core_second": texts_per_second,
        "n_bytes": system.n_bytes(folder),
        **{f"p{k}": precision(predicted, truth, k) for k in CUTS},
    }


if __name__ == "__main__":
    work(run)

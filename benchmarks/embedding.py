"""One run of a system of embedders.py in a process of its own.

``python -m embedding JOB.json`` (see documents.py) writes ``result.json`` beside the job.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from embedders import SYSTEMS, Clock, Huffvec, read
from peers.worker import pin, work

FOR_TUNING = 5  # every fifth labelled text chooses the penalty, and is tested on by --tune


class Classifier:
    """Logistic regression of labelled vectors, its penalty chosen by every fifth of them."""

    def __init__(self, rows: Any, labels: np.ndarray, penalties: tuple[float, ...]) -> None:
        held_out = np.arange(len(labels)) % FOR_TUNING == 0
        errors = {}
        for penalty in penalties:
            model = self._fitted(rows[~held_out], labels[~held_out], penalty)
            errors[penalty] = 100 * (1 - model.score(rows[held_out], labels[held_out]))
        self.penalty = min(errors, key=lambda penalty: errors[penalty])
        self.held_out_error = errors[self.penalty]
        self._rows, self._labels = rows, labels

    def error(self, rows: Any, labels: np.ndarray) -> float:
        """Return the percentage of other vectors that get a wrong label, trained on all."""
        model = self._fitted(self._rows, self._labels, self.penalty)
        return float(100 * (1 - model.score(rows, labels)))

    def _fitted(self, rows: Any, labels: np.ndarray, penalty: float) -> Any:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import MaxAbsScaler, StandardScaler

        scaler = StandardScaler() if isinstance(rows, np.ndarray) else MaxAbsScaler()
        model = make_pipeline(scaler, LogisticRegression(C=penalty, max_iter=300))
        return model.fit(rows, labels)


def run(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train, classify and infer once; return what was measured."""
    (train, labels), (test, truth) = read(Path(job["train"])), read(Path(job["test"]))
    texts = train + test + read(Path(job["unlabelled"]))[0]
    corpus = folder / "documents.txt"
    corpus.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    n_words = sum(len(text.split()) for text in texts) * job["epochs"]
    del texts
    system = SYSTEMS[job["system"]](job)
    cores = pin(job["threads"])
    system.train(corpus)
    training = system.clock
    result = {
        "version": system.version(),
        "cores": cores,
        "train_seconds": training.seconds,
        "train_cpu_seconds": training.cpu_seconds,
        "words_per_second": n_words / training.seconds,
        "words_per_cpu_second": n_words / training.cpu_seconds,
    }
    if not job["classifies"]:
        return result
    rows, n = system.vectors(), len(train)
    classifier = Classifier(rows[:n], labels, system.penalties)
    result |= {"penalty": classifier.penalty, "held_out_error": classifier.held_out_error}
    if job["tunes"]:
        return result
    result["error"] = classifier.error(rows[n : n + len(test)], truth)
    chosen = slice(None, None, max(1, len(test) // job["infers"]))
    clock = Clock()
    clock.start()
    inferred = system.infer(test[chosen])
    clock.stop()
    if isinstance(system, Huffvec):
        means = Classifier((rows[:n] + system.infer(train)) / 2, labels, system.penalties)
        tested = (rows[n : n + len(test)][chosen] + inferred) / 2
        result["mean_error"] = means.error(tested, truth[chosen])
    return result | {
        "inferred_error": classifier.error(inferred, truth[chosen]),
        "texts_per_second": len(test[chosen]) / clock.seconds,
        "texts_per_cpu_second": len(test[chosen]) / clock.cpu_seconds,
    }


if __name__ == "__main__":
    work(run)

"""What can be searched of the options of a classifier."""

from __future__ import annotations

from huffvec.classify.config import ClassifierConfig
from huffvec.tuning.choices import Choice, Searchable

SEARCHABLE = Searchable(
    ClassifierConfig,
    {
        "learning_rate": (1 / 8, 8.0),
        "epochs": (0.4, 6.0),
        "dim": (0.25, 2.0),
        "samples": (0.4, 3.0),
    },
    [
        Choice.of("word_ngrams", (1, 2, 3)),
        Choice("subwords", {"none": None, "2-4": (2, 4), "3-6": (3, 6)}),
        Choice.of("weighting", ("tfidf", "mean")),
        Choice.of("min_count", (1, 2, 3, 5)),
        Choice.of("min_ngram_count", (1, 2, 3, 5)),
    ],
)

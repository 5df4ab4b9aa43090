"""Text classification: which labels belong to a text.

A document is a bag of features (words, word n-grams, character n-grams), its labels are a
vocabulary, and all that this package knows of output layers predicts them. `train` makes a
`Classifier` of examples in any form, `load` opens one from a file, `resume` goes on with a run that
was interrupted, `tune` searches the options that suit the examples.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from huffvec._submodules import submodule

if TYPE_CHECKING:
    from huffvec.classify.calibration_fits import calibrate as calibrate
    from huffvec.classify.classifier import Classifier as Classifier
    from huffvec.classify.config import ClassifierConfig as ClassifierConfig
    from huffvec.classify.file import load as load
    from huffvec.classify.plots import plot_confusion as plot_confusion
    from huffvec.classify.plots import plot_reliability as plot_reliability
    from huffvec.classify.predicting import Predictions as Predictions
    from huffvec.classify.quantizing import quantize as quantize
    from huffvec.classify.quantizing_options import QuantizingOptions as QuantizingOptions
    from huffvec.classify.ranking import measure_top as measure_top
    from huffvec.classify.results import TestResult as TestResult
    from huffvec.classify.resuming import resume as resume
    from huffvec.classify.thresholds import choose_thresholds as choose_thresholds
    from huffvec.classify.training import train as train
    from huffvec.classify.tuning import ClassifierTuning as ClassifierTuning
    from huffvec.classify.tuning import tune as tune
    from huffvec.corpus.labelled import read_examples as read_examples
    from huffvec.corpus.labelled.options import ExampleOptions as ExampleOptions

_MODULES = {
    "Classifier": "classify.classifier",
    "ClassifierConfig": "classify.config",
    "ExampleOptions": "corpus.labelled.options",
    "ClassifierTuning": "classify.tuning",
    "Predictions": "classify.predicting",
    "QuantizingOptions": "classify.quantizing_options",
    "TestResult": "classify.results",
    "calibrate": "classify.calibration_fits",
    "choose_thresholds": "classify.thresholds",
    "load": "classify.file",
    "measure_top": "classify.ranking",
    "plot_confusion": "classify.plots",
    "plot_reliability": "classify.plots",
    "quantize": "classify.quantizing",
    "read_examples": "corpus.labelled",
    "resume": "classify.resuming",
    "train": "classify.training",
    "tune": "classify.tuning",
}

__all__ = [
    "Classifier",
    "ClassifierConfig",
    "ClassifierTuning",
    "ExampleOptions",
    "Predictions",
    "QuantizingOptions",
    "TestResult",
    "calibrate",
    "choose_thresholds",
    "load",
    "measure_top",
    "plot_confusion",
    "plot_reliability",
    "quantize",
    "read_examples",
    "resume",
    "train",
    "tune",
]


def __getattr__(name: str) -> object:
    # Lazily: the command line's help needs the options, and no NumPy.
    if name not in _MODULES:
        return submodule(__name__, name)
    return getattr(importlib.import_module(f"huffvec.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""Text classification: which labels belong to a text.

A document is a bag of features (words, word n-grams, character n-grams), its labels are a
vocabulary, and all that this package knows of output layers predicts them. `train` makes a
`Classifier` of examples in any form, `load` opens one from a file.
"""

from huffvec.classify.classifier import Classifier, Predictions
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.training import train

__all__ = ["Classifier", "ClassifierConfig", "Predictions", "train"]

"""huffvec: vectors for the tokens of very large vocabularies, with every way round the softmax.

The public names and modules (``huffvec.trees``) are loaded when first used, so that ``import
huffvec`` is fast and querying vectors needs neither the engine nor anything but NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from huffvec._submodules import submodule
from huffvec._version import __version__ as __version__

if TYPE_CHECKING:
    from huffvec import classify as classify
    from huffvec import comparison as comparison
    from huffvec import config as config
    from huffvec import corpus as corpus
    from huffvec import errors as errors
    from huffvec import evaluation as evaluation
    from huffvec import exploring as exploring
    from huffvec import formats as formats
    from huffvec import gensim as gensim
    from huffvec import graphs as graphs
    from huffvec import interchange as interchange
    from huffvec import model as model
    from huffvec import objectives as objectives
    from huffvec import phrases as phrases
    from huffvec import search as search
    from huffvec import sklearn as sklearn
    from huffvec import subwords as subwords
    from huffvec import torch as torch
    from huffvec import training as training
    from huffvec import trees as trees
    from huffvec import tuning as tuning
    from huffvec import vectors as vectors
    from huffvec.cluster.options import Ray as Ray
    from huffvec.comparison import Comparison as Comparison
    from huffvec.comparison import compare as compare
    from huffvec.config import TrainingConfig as TrainingConfig
    from huffvec.corpus.encoding import encode as encode
    from huffvec.corpus.file import Corpus as Corpus
    from huffvec.corpus.file import load_corpus as load_corpus
    from huffvec.corpus.transform import Tokenizer as Tokenizer
    from huffvec.corpus.vocabulary import Vocabulary as Vocabulary
    from huffvec.errors import HuffvecError as HuffvecError
    from huffvec.evaluation.calibration import calibration as calibration
    from huffvec.evaluation.gradient_bias import gradient_bias as gradient_bias
    from huffvec.evaluation.heldout import perplexity as perplexity
    from huffvec.exploring.exploration import explore as explore
    from huffvec.graphs.walks import random_walks as random_walks
    from huffvec.model import Model as Model
    from huffvec.model import load as load
    from huffvec.model import load_vectors as load_vectors
    from huffvec.objectives import NCE as NCE
    from huffvec.objectives import AdaptiveSoftmax as AdaptiveSoftmax
    from huffvec.objectives import BlackOut as BlackOut
    from huffvec.objectives import DifferentiatedSoftmax as DifferentiatedSoftmax
    from huffvec.objectives import FullSoftmax as FullSoftmax
    from huffvec.objectives import HierarchicalSoftmax as HierarchicalSoftmax
    from huffvec.objectives import ImportanceSampling as ImportanceSampling
    from huffvec.objectives import InfrequentNormalization as InfrequentNormalization
    from huffvec.objectives import LabelTree as LabelTree
    from huffvec.objectives import NegativeSampling as NegativeSampling
    from huffvec.objectives import OneVsAll as OneVsAll
    from huffvec.objectives import RankingNCE as RankingNCE
    from huffvec.objectives import SampledSoftmax as SampledSoftmax
    from huffvec.objectives import SelfNormalizedSoftmax as SelfNormalizedSoftmax
    from huffvec.objectives import TargetSampling as TargetSampling
    from huffvec.phrases.config import PhraseConfig as PhraseConfig
    from huffvec.phrases.finding import find_phrases as find_phrases
    from huffvec.phrases.phrases import Phrases as Phrases
    from huffvec.search.index import load_index as load_index
    from huffvec.subwords import Subwords as Subwords
    from huffvec.training.checkpoint import Checkpoints as Checkpoints
    from huffvec.training.config_file import read_config as read_config
    from huffvec.training.more import train_more as train_more
    from huffvec.training.recorded import write_config as write_config
    from huffvec.training.resume import resume as resume
    from huffvec.training.train import train as train
    from huffvec.tuning import Tuning as Tuning
    from huffvec.tuning import tune as tune
    from huffvec.vectors.word_vectors import WordVectors as WordVectors

_MODULES = {
    "AdaptiveSoftmax": "objectives",
    "BlackOut": "objectives",
    "Comparison": "comparison",
    "Checkpoints": "training.checkpoint",
    "Corpus": "corpus.file",
    "DifferentiatedSoftmax": "objectives",
    "FullSoftmax": "objectives",
    "NCE": "objectives",
    "HierarchicalSoftmax": "objectives",
    "HuffvecError": "errors",
    "ImportanceSampling": "objectives",
    "InfrequentNormalization": "objectives",
    "LabelTree": "objectives",
    "Model": "model",
    "NegativeSampling": "objectives",
    "OneVsAll": "objectives",
    "PhraseConfig": "phrases.config",
    "Phrases": "phrases.phrases",
    "RankingNCE": "objectives",
    "Ray": "cluster.options",
    "SampledSoftmax": "objectives",
    "SelfNormalizedSoftmax": "objectives",
    "Subwords": "subwords",
    "TargetSampling": "objectives",
    "Tokenizer": "corpus.transform",
    "TrainingConfig": "config",
    "Tuning": "tuning",
    "Vocabulary": "corpus.vocabulary",
    "WordVectors": "vectors",
    "calibration": "evaluation.calibration",
    "compare": "comparison",
    "find_phrases": "phrases.finding",
    "encode": "corpus.encoding",
    "explore": "exploring.exploration",
    "gradient_bias": "evaluation.gradient_bias",
    "load": "model",
    "perplexity": "evaluation.heldout",
    "load_corpus": "corpus.file",
    "load_index": "search.index",
    "load_vectors": "model",
    "random_walks": "graphs.walks",
    "read_config": "training.config_file",
    "resume": "training.resume",
    "train": "training.train",
    "train_more": "training.more",
    "tune": "tuning",
    "write_config": "training.recorded",
}

# Those that people use by name; `dir` shows them.
_SUBMODULES = (
    "classify",
    "comparison",
    "config",
    "corpus",
    "errors",
    "evaluation",
    "exploring",
    "formats",
    "gensim",
    "graphs",
    "interchange",
    "model",
    "objectives",
    "phrases",
    "search",
    "sklearn",
    "subwords",
    "torch",
    "training",
    "trees",
    "tuning",
    "vectors",
)

__all__ = ["__version__", *_MODULES]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        return submodule("huffvec", name)
    return getattr(importlib.import_module(f"huffvec.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, *_SUBMODULES])

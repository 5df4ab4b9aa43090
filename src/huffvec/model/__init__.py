"""Trained models, and the files that hold them."""

from huffvec.model.loading import load, load_vectors
from huffvec.model.model import Model
from huffvec.model.turns import Turn
from huffvec.prediction import Prediction

__all__ = ["Model", "Prediction", "Turn", "load", "load_vectors"]

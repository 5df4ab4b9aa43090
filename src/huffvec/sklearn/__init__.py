"""Documents as vectors, and texts with labels, for scikit-learn (extra ``sklearn``)."""

# ruff: noqa: E402  (first it is seen whether scikit-learn is there)

from __future__ import annotations

from huffvec.extras import require

require("sklearn", "huffvec.sklearn")

from huffvec.sklearn.document_embedder import DocumentEmbedder
from huffvec.sklearn.embedder import Embedder
from huffvec.sklearn.text_classifier import TextClassifier

__all__ = ["DocumentEmbedder", "Embedder", "TextClassifier"]

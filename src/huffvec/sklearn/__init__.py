"""Documents as vectors, for scikit-learn's pipelines (extra ``sklearn``)."""

# ruff: noqa: E402  (first it is seen whether scikit-learn is there)

from __future__ import annotations

from huffvec.extras import require

require("sklearn", "huffvec.sklearn")

from huffvec.sklearn.embedder import Embedder

__all__ = ["Embedder"]

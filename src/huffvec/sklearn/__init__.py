"""Documents as vectors, for scikit-learn's pipelines (extra ``sklearn``)."""

from __future__ import annotations

from huffvec.errors import MissingExtraError

try:
    import sklearn  # noqa: F401
except ImportError as error:
    raise MissingExtraError(
        "huffvec.sklearn needs the package scikit-learn: pip install 'huffvec[sklearn]'"
    ) from error

from huffvec.sklearn.embedder import Embedder

__all__ = ["Embedder"]

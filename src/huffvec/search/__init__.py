"""Which rows of a table are most like a vector: exactly, or by an index (extra ``index``)."""

from huffvec._submodules import submodule


def __getattr__(name: str) -> object:
    return submodule(__name__, name)

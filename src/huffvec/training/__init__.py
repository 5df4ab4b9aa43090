"""Training: the loop over the corpus, its schedule and its progress."""

from huffvec._submodules import submodule


def __getattr__(name: str) -> object:
    return submodule(__name__, name)

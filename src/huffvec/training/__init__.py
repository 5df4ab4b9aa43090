"""Training by verb (`train`, `resume`, `train_more`), and the run that they have in common."""

from huffvec._submodules import submodule


def __getattr__(name: str) -> object:
    return submodule(__name__, name)

"""The ways round the softmax, one file each; all have the shape of `Objective`.

`OBJECTIVES` maps their names to the classes; `as_objective` takes names, classes and objectives.
"""

from __future__ import annotations

from huffvec.objectives import registry
from huffvec.objectives.naming import as_objective
from huffvec.objectives.registry import *  # noqa: F403  (the list of objectives stands there)

__all__ = ["as_objective"]
__all__ += registry.__all__

"""The search for the options with which a text is learned best.

`tune` does it all; the parts, in the order in which they work:

* `choices`: what can be searched; `ranges`: what is asked for; `search_space`: what is drawn, and
  what it stands for;
* `scoring`: what a model's score is; `study`: which setting is next; `runs`: training one;
* `trials`, `log`: what came out, and the file it is kept in; `models`: the best ones' models;
* `finalists`: the best again with other seeds, and how sure it is; `results`: what was found;
* `job`: all of these in turn; `progress`: what is said meanwhile.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from huffvec._submodules import submodule

if TYPE_CHECKING:
    from huffvec.tuning.results import Tuning as Tuning
    from huffvec.tuning.tuning import tune as tune

__all__ = ["Tuning", "tune"]


def __getattr__(name: str) -> object:
    # Lazily: the command line's help needs the options only.
    if name not in __all__:
        return submodule(__name__, name)
    return getattr(importlib.import_module(f"{__name__}.tuning"), name)

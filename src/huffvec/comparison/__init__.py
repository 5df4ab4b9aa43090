"""A comparison of objectives on one text: the cost and the quality of each, measured alike.

`compare` does it all; the parts, in the order in which they work:

* `candidates`: what is compared; `split`: the text in parts; `cost`: what a step costs; `plans`: so
  how long a run may take; `runs`: training and measuring one objective;
* `terms`: at which rate and for how many epochs each is compared; `ladder`: which rates are tried;
  `tuning`: all runs, those that find the best rates among them;
* `results`: all numbers and their file; `conditions`: what they were measured under; `summary`:
  means over seeds; `recommendation`: the rules; `depth`: trees;
* `report`: the HTML page; `progress`: what is said meanwhile.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from huffvec._submodules import submodule

if TYPE_CHECKING:
    from huffvec.comparison.comparison import Comparison as Comparison
    from huffvec.comparison.comparison import compare as compare

__all__ = ["Comparison", "compare"]


def __getattr__(name: str) -> object:
    # Lazily: the command line's help needs the options only.
    if name not in __all__:
        return submodule(__name__, name)
    return getattr(importlib.import_module(f"{__name__}.comparison"), name)

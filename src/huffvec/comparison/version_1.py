"""Results of version 1, which had one comparison, and one rate for all whose label named none."""

from __future__ import annotations

import re
from typing import Any

from huffvec.comparison.json_fields import Values, items, record

_OWN_RATE = re.compile(r"[:,]learning_rate=([^,]+)")


def as_now(values: Values, most_runs: int) -> Values:
    """Return the values of a file of version 1 as they are written now; they are not checked here.

    Raises
    ------
    ValueError
        If they are not of their kind.
    """
    settings = record(values, "settings")
    rate, epochs = record(settings, "config").get("learning_rate"), settings.get("epochs")

    def run_now(run: Any) -> Values:
        run = record({"a run": run}, "a run")
        own = _OWN_RATE.search(str(run.get("label")))
        now: Values = {
            "learning_rate": float(own[1]) if own else rate,
            "timed": epochs is None,
            "diverged": False,
            "calibration": None,
            "planned_epochs": run.get("planned_epochs") or epochs or 0,
        }
        return {**run, **now}

    runs = items(values, "runs", run_now, most_runs)
    terms = {
        str(run.get("label")): {
            "by": "time" if epochs is None else "epochs",
            "label": run.get("label"),
            "epochs": epochs,
            "learning_rate": run["learning_rate"],
            "untuned_rate": run["learning_rate"],
            "tuned_by": None,
            "rates": [],
            "seed": 0,
            "note": "",
        }
        for run in runs
    }
    return values | {"runs": runs, "terms": list(terms.values()), "gradients": None}

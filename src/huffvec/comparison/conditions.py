"""Under what conditions a comparison is made: what must be the same, what readers should know."""

from __future__ import annotations

import platform
import zlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from huffvec._version import __version__
from huffvec.comparison.evidence import LOSS
from huffvec.comparison.plans import Budget
from huffvec.comparison.results import Results
from huffvec.comparison.split import Split, unigram_nats
from huffvec.config import TrainingConfig


def settings_of(
    split: Split,
    config: TrainingConfig,
    budget: Budget,
    tests: dict[str, list[Path]],
) -> dict[str, Any]:
    """Return what must be the same for runs to be comparable."""
    options = config.to_dict() | {"n_threads": config.threads()}
    return {
        "train_tokens": split.train.n_tokens,
        "words": len(split.vocabulary),
        "text_checksum": zlib.crc32(split.train.ids.data),
        "epochs": budget.epochs,
        "minutes": budget.minutes,
        "config": {k: v for k, v in options.items() if k not in ("seed", "epochs")},
        "pairs": [path.name for path in tests["pairs"]],
        "analogies": [path.name for path in tests["analogies"]],
    }


def about(names: list[str], split: Split, config: TrainingConfig) -> dict[str, Any]:
    """Return what readers want to know of the text and the machine, as JSON values."""
    return {
        "files": ", ".join(names[:3]) + (" …" if len(names) > 3 else ""),
        "heldout_tokens": split.heldout.n_tokens,
        "heldout_oov": split.n_oov,
        "unigram_nats": unigram_nats(split.heldout, split.vocabulary),
        "unigram_sample_nats": unigram_nats(split.sample, split.vocabulary),
        "machine": _processor(),
        "threads": config.threads(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "huffvec": __version__,
        "date": datetime.now(timezone.utc).date().isoformat(),
    }


def budget_text(results: Results) -> str:
    """Return the budget of each run of one comparison."""
    epochs, minutes = results.settings.get("epochs"), results.settings.get("minutes")
    if epochs is None:
        return f"{minutes:g} min a run"
    text = f"{epochs} {'epoch' if epochs == 1 else 'epochs'}"
    if results.by[:1] == ["convergence"]:
        text = (
            f"epochs doubled from {epochs} on until the loss falls by {LOSS.least:g} nats or less"
        )
    return f"{text} or {minutes:g} min a run" if minutes else text


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()

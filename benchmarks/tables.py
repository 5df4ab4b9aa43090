"""Prints the Markdown tables of all result files: ``python benchmarks/tables.py [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

import overhead
import quality
import results
import speed
import text
import time_to_quality

COMMANDS = {
    "speed": speed,
    "quality": quality,
    "time_to_quality": time_to_quality,
    "text": text,
    "overhead": overhead,
}


def main() -> None:
    """Print a heading and a table for each result file there is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else results.FOLDER
    found = False
    for name, command in COMMANDS.items():
        path = folder / f"{name}.json"
        if path.exists():
            found = True
            print(f"## {name}\n\n{command.table(path)}\n")
    if not found:
        raise SystemExit(f"{folder} has no results; run {'.py, '.join(COMMANDS)}.py")


if __name__ == "__main__":
    main()

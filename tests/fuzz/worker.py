"""A process that reads mutated files one after the other, and may crash at any of them.

Started as ``python -m fuzz.worker TARGET FOLDER FIRST LAST``, it prints a line of JSON before each
input and one after each that failed; where lines end tells the parent which input was the last.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import resource
import shutil
import signal
import sys
import traceback
import warnings
from pathlib import Path

from huffvec.errors import HuffvecError

MEMORY = 2 << 30  # beyond what is there at the start
SECONDS = 20  # an input may take


def mutated(name: str, original: Path, folder: Path, number: int) -> Path:
    """Make the input of a number in a folder; the same number, the same input."""
    from fuzz.mutations import mutate

    rng = random.Random(f"{name} {number}")
    path = folder / original.name
    if original.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(original, path)
        changed = rng.choice(sorted(file for file in path.iterdir() if file.is_file()))
    else:
        changed = path
    source = original / changed.name if original.is_dir() else original
    changed.write_bytes(mutate(source.read_bytes(), source.suffix, rng))
    return path


def failure(read, path: Path) -> str:
    """Return what a reader raises that is no error of the package; "" if all is well."""
    signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            read(path)
    except HuffvecError:
        return ""
    except Exception:
        return traceback.format_exc(limit=-6)
    finally:
        signal.alarm(0)
    return ""


def limit_memory() -> None:
    """Let this process take no more memory than it has, and `MEMORY`."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    bound = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def main(name: str, folder: str, first: int, last: int) -> None:
    """Read inputs first … last - 1 of a target whose original is in a folder."""
    from fuzz.targets import TARGETS

    target, scratch = TARGETS[name], Path(folder, "mutated")
    scratch.mkdir(exist_ok=True)
    original = Path(folder, target.name)
    failure(target.read, original)  # what is imported late is there before memory is bounded
    if sys.platform == "linux":
        limit_memory()
    for number in range(first, last):
        print(json.dumps({"number": number}), flush=True)
        path = mutated(name, original, scratch, number)
        if found := failure(target.read, path):
            print(json.dumps({"number": number, "failure": found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

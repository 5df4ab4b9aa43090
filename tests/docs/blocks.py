"""The Python blocks and commands of a page, in its order.

A line before a block, which no reader sees, says what it needs:

    <!-- needs: gensim, duckdb -->      packages or programs; without them the block is not run
    <!-- given: wiki.hv.ckpt -->        files that are there from this block on
    <!-- not run: it takes hours -->    and why
"""

import re
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_MARK = re.compile(r"<!-- (needs|given|not run): (.*) -->")
_FENCE = re.compile(r"```(\w*)")


@dataclass(frozen=True)
class Block:
    """Some lines of a page, `line` the first of them."""

    page: Path
    line: int
    language: str
    code: str
    needs: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    not_run: str = ""

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def missing(self) -> list[str]:
        return [name for name in self.needs if not (find_spec(name) or shutil.which(name))]


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page that can be run, and those that say why they are not."""
    found = []
    marks: dict[str, str] = {}
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        if mark := _MARK.fullmatch(line):
            marks[mark[1]] = mark[2]
        elif fence := _FENCE.fullmatch(line):
            code = "\n".join(_until_fence(lines))
            if fence[1] in ("python", "sh", "console"):
                needs, given = (_names(marks.get(key, "")) for key in ("needs", "given"))
                not_run = marks.get("not run", "")
                found.append(Block(page, number + 1, fence[1], code, needs, given, not_run))
            marks = {}
        elif line:
            assert not marks, f"{page}:{number}: {marks} stands before no block"
    return found


def _until_fence(lines):
    for _, line in lines:
        if line == "```":
            return
        yield line


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())

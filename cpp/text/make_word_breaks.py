"""Write `word_break_table.hpp`: what UAX #29 and the tokeniser ask of every code point.

The properties are taken from the package `regex`, which has those of a recent Unicode version:

    pip install regex && python cpp/text/make_word_breaks.py VERSION > cpp/text/word_break_table.hpp
"""

from __future__ import annotations

import itertools
import sys

import regex

# The names of CharClass in word_breaks.hpp, and the Word_Break values that each stands for. The
# rest is kOther. White space never joins anything, so that WSegSpace needs no class of its own.
CLASSES = {
    "kOther": (),
    "kSpace": (),
    "kNewline": ("CR", "LF", "Newline"),
    "kExtend": ("Extend",),
    "kFormat": ("Format",),
    "kZwj": ("ZWJ",),
    "kKatakana": ("Katakana",),
    "kHebrew": ("Hebrew_Letter",),
    "kLetter": ("ALetter",),
    "kSingleQuote": ("Single_Quote",),
    "kDoubleQuote": ("Double_Quote",),
    "kMidNumLet": ("MidNumLet",),
    "kMidLetter": ("MidLetter",),
    "kMidNum": ("MidNum",),
    "kNumeric": ("Numeric",),
    "kExtendNumLet": ("ExtendNumLet",),
    "kRegional": ("Regional_Indicator",),
}
FLAGS = {
    0x20: r"[\p{L}\p{Nl}\p{Alphabetic}--\p{M}]",  # letters
    0x40: r"[\p{Nd}\p{No}\p{WB=Numeric}--\p{L}]",  # digits
    0x80: r"\p{Extended_Pictographic}",
}
# Not seen and not within words: control characters and the zero width space.
SPACES = r"[\p{White_Space}\p{Cc}\u200B]"
ALL = [chr(point) for point in range(sys.maxunicode + 1)]


def have(pattern: str) -> set[int]:
    """Return the code points with a property."""
    found = regex.compile(pattern, regex.V1)
    return {point for point, char in enumerate(ALL) if found.match(char)}


def values() -> list[int]:
    """Return the byte of every code point: its class, and flags."""
    table = [0] * len(ALL)
    for point in have(SPACES):
        table[point] = 1
    for number, names in enumerate(CLASSES.values()):
        for name in names:
            for point in have(rf"\p{{WB={name}}}"):
                table[point] = number
    for flag, pattern in FLAGS.items():
        for point in have(pattern):
            table[point] |= flag
    return table


HEADER = """\
// Made by make_word_breaks.py from the data of Unicode {version}.
#pragma once

#include <cstdint>

namespace huffvec {{

// Runs of code points with one value: the first one, times 256, and the value, which is a CharClass
// and flags (word_breaks.hpp).
inline constexpr uint32_t kWordBreakRuns[] = {{
{lines}
}};

}}  // namespace huffvec
"""


def header(version: str) -> str:
    """Return the header: for every run of code points with one value, its start and the value."""
    table = values()
    starts = [0, *(i for i, (a, b) in enumerate(itertools.pairwise(table), 1) if a != b)]
    runs = [f"0x{start << 8 | table[start]:X}" for start in starts]
    lines = ["    " + ", ".join(runs[i : i + 9]) + "," for i in range(0, len(runs), 9)]
    return HEADER.format(version=version, lines="\n".join(lines))


if __name__ == "__main__":
    sys.stdout.write(header(sys.argv[1]))

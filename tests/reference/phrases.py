"""Phrases with dictionaries and strings: what huffvec.corpus.phrases must do, slowly."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

Score = Callable[[int, int, int, int], float]


class Unit(NamedTuple):
    """A word or phrase; unknown ones occur less than min_count times and are never joined."""

    text: str
    known: bool


def word2phrase(delta: float) -> Score:
    return lambda pair, left, right, n: (pair - delta) * n / (left * right)


def npmi(pair: int, left: int, right: int, n: int) -> float:
    if pair == n:
        return -1.0
    return math.log((pair / n) / ((left / n) * (right / n))) / -math.log(pair / n)


def pairs(line: list[Unit]) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in itertools.pairwise(line) if a.known and b.known]


def join(line: list[Unit], phrases: set[tuple[str, str]], delimiter: str) -> list[Unit]:
    joined: list[Unit] = []
    pos = 0
    while pos < len(line):
        left, right = line[pos], line[pos + 1] if pos + 1 < len(line) else None
        if right and left.known and right.known and (left.text, right.text) in phrases:
            joined.append(Unit(left.text + delimiter + right.text, True))
            pos += 2
        else:
            joined.append(left)
            pos += 1
    return joined


def find(
    sentences: list[list[str]],
    score: Score,
    threshold: float,
    min_count: int,
    passes: int,
    delimiter: str = "_",
) -> tuple[list[dict[tuple[str, str], tuple[float, int]]], list[list[str]]]:
    """Return score and count of each phrase's pair, by pass, and the joined sentences."""
    counts = Counter(word for line in sentences for word in line)
    lines = [[Unit(word, counts[word] >= min_count) for word in line] for line in sentences]
    levels = []
    for _ in range(passes):
        known = Counter(unit.text for line in lines for unit in line if unit.known)
        n = sum(map(len, lines))
        level = {}
        for pair, count in Counter(pair for line in lines for pair in pairs(line)).items():
            value = score(count, known[pair[0]], known[pair[1]], n)
            if count >= min_count and value > threshold:
                level[pair] = value, count
        if not level:
            break
        levels.append(level)
        lines = [join(line, set(level), delimiter) for line in lines]
    return levels, [[unit.text for unit in line] for line in lines]

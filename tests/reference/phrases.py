"""Phrases with dictionaries and strings: what huffvec.phrases.phrases must do, slowly."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection
from typing import NamedTuple

Score = Callable[[int, int, int, int], float]


class Unit(NamedTuple):
    """A word or phrase; unknown ones occur less than min_count times and are never joined."""

    text: str
    known: bool


def word2phrase(delta: float) -> Score:
    return lambda pair, left, right, n: (pair - delta) * n / (left * right)


def npmi(delta: float) -> Score:
    def score(pair: int, left: int, right: int, n: int) -> float:
        if pair == n:
            return -1.0
        value = math.log((pair / n) / ((left / n) * (right / n))) / -math.log(pair / n)
        return value * pair / (pair + delta)

    return score


def ends(line: list[Unit], connectors: set[str]) -> list[int]:
    """Return where the units are that are no connector words."""
    return [i for i, unit in enumerate(line) if not (unit.known and unit.text in connectors)]


def pairs(line: list[Unit], connectors: set[str]) -> list[tuple[str, ...]]:
    spans = [line[a : b + 1] for a, b in itertools.pairwise(ends(line, connectors))]
    return [
        tuple(unit.text for unit in span)
        for span in spans
        if span[0].known and span[-1].known and len(span) <= 4
    ]


def join(
    line: list[Unit], phrases: set[tuple[str, ...]], delimiter: str, connectors: set[str]
) -> list[Unit]:
    places = ends(line, connectors)
    joined: list[Unit] = line[: places[0]] if places else line
    while places:
        first, *places = places
        span = line[first : places[0] + 1] if places else []
        texts = tuple(unit.text for unit in span)
        if texts in phrases and span[0].known and span[-1].known:
            joined.append(Unit(delimiter.join(texts), True))
            first, *places = places
        else:
            joined.append(line[first])
        joined += line[first + 1 : places[0] if places else len(line)]
    return joined


def find(
    sentences: list[list[str]],
    score: Score,
    threshold: float,
    min_count: int,
    passes: int,
    delimiter: str = "_",
    connectors: Collection[str] = (),
) -> tuple[list[dict[tuple[str, ...], tuple[float, int]]], list[list[str]]]:
    """Return score and count of each phrase's pair, by pass, and the joined sentences."""
    counts = Counter(word for line in sentences for word in line)
    lines = [[Unit(word, counts[word] >= min_count) for word in line] for line in sentences]
    middle = set(connectors)
    levels = []
    for _ in range(passes):
        known = Counter(unit.text for line in lines for unit in line if unit.known)
        n = sum(map(len, lines))
        level = {}
        for pair, count in Counter(pair for line in lines for pair in pairs(line, middle)).items():
            value = score(count, known[pair[0]], known[pair[-1]], n)
            if count >= min_count and value > threshold:
                level[pair] = value, count
        if not level:
            break
        levels.append(level)
        lines = [join(line, set(level), delimiter, middle) for line in lines]
    return levels, [[unit.text for unit in line] for line in lines]

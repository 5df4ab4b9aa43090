"""The tables of the report, in HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from huffvec.comparison.evidence import (
    ANALOGIES,
    LOSS,
    SIMILARITY,
    SPEED,
    TARGET_TIME,
    Quality,
    of_test,
)
from huffvec.comparison.learned import predicts
from huffvec.comparison.report.quality_plots import UNIGRAM
from huffvec.comparison.report.style import marks
from huffvec.comparison.results import Results
from huffvec.comparison.summary import Mean, Summary
from huffvec.progress.words import format_bytes, format_seconds

NATS = "nats / target"
SIGNS = {"partial": "◐", "failed": "✕"}
IDLE = "∅"  # has not learned to predict


class Column(NamedTuple):
    """A column: its head, an explanation, what a cell says, and what the best has most of."""

    head: str
    title: str
    cell: Callable[[Summary], str]
    quality: Quality | None = None


def columns_of(results: Results) -> list[Column]:
    """Return the columns of the table."""
    kinds = {score.kind for run in results.runs for score in run.scores}
    tests = {
        "pairs": Column(
            "similarity", "rank correlation with human scores × 100, mean over the files",
            lambda s: _mean(s.similarity, ".1f"), SIMILARITY,
        ),
        "analogies": Column(
            "analogies", "% answered right, mean over the files",
            lambda s: _mean(s.analogies, ".1f"), ANALOGIES,
        ),
    }  # fmt: skip
    rates = Column(
        "rate", "learning rate at the start",
        lambda s: f"{s.learning_rate:g}" if s.learning_rate else "–",
    )  # fmt: skip
    epochs = Column("epochs", "times through the text", lambda s: _mean(s.epochs, ".3g"))
    is_known = any(run.learning_rate for run in results.runs)
    differ = results.by[:1] in (["time"], ["convergence"])
    return [
        *([rates] if is_known else []),
        *([epochs] if differ else []),
        Column("k words/s", "thousands of tokens of the text trained in a second of wall time",
               lambda s: _mean(s.words_per_second, ",.1f", 1e-3), SPEED),
        Column("training", "wall time of a run, without what it took to measure",
               lambda s: format_seconds(s.seconds.value) if s.seconds else "–"),
        Column("µs / target", "wall time of one prediction of a target, all threads working",
               lambda s: _mean(s.seconds_per_target, ".2f", 1e6), TARGET_TIME),
        Column(NATS, "exact held-out loss: mean of −log p(word | its window); less is better",
               lambda s: _mean(s.nats, ".3f"), LOSS),
        *(column for kind, column in tests.items() if kind in kinds),
        Column("tables", "memory of the weights and of the objective's own arrays",
               lambda s: format_bytes(s.memory.table_bytes) if s.memory else "–"),
        Column("growth", "resident memory of the process, at most, beyond that before the run",
               _growth),
    ]  # fmt: skip


def _growth(one: Summary) -> str:
    grown = one.memory.peak_growth_bytes if one.memory else None
    return "–" if grown is None else format_bytes(max(grown, 0))


def scores_table(tables: Sequence[Summary], results: Results) -> str:
    """Return a table with a column for each test; nothing if there is only one."""
    names = list(dict.fromkeys(name for one in tables for name, _ in one.scores))
    if len(names) < 2:
        return ""
    columns = [
        Column(name, "", lambda s, name=name: _mean(dict(s.scores).get(name), ".1f"), of_test(name))  # type: ignore[misc]
        for name in names
    ]
    return f"<h3>Each test</h3>{table(tables, columns, results)}"


def unigram_row(results: Results) -> dict[str, str]:
    """Return the cells of what every objective should be better than."""
    return {NATS: f"{results.about['unigram_nats']:.3f}"}


def table(
    tables: Sequence[Summary],
    columns: Sequence[Column],
    results: Results,
    unigram: dict[str, str] | None = None,
) -> str:
    """Return a row for each objective, the best of each column marked, and ties with it."""
    look = marks(results.labels)
    head = "".join(
        f'<th title="{escape(column.title)}">{escape(column.head)}</th>' for column in columns
    )
    complete = [one for one in tables if one.status == "complete"]
    learned = [one for one in complete if predicts(one, results.about["unigram_nats"])]
    best = [_best(column.quality, learned, complete) for column in columns]
    rows = []
    for one in tables:
        dot = f'<span class="dot" style="background:{look[one.label]["color"]}"></span>'
        sign = SIGNS.get(one.status, "" if one in learned else IDLE)
        cells = "".join(
            f"<td{_head(column)}{' class=best' if one.label in top else ''}>{column.cell(one)}</td>"
            for column, top in zip(columns, best, strict=True)
        )
        rows.append(f"<tr><th>{dot}{escape(one.label)} {sign}</th>{cells}</tr>")
    if unigram:
        cells = "".join(
            f"<td{_head(column)}>{unigram.get(column.head, '')}</td>" for column in columns
        )
        rows.append(f"<tr class=faint><th>{UNIGRAM}</th>{cells}</tr>")
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table><thead><tr><th>objective</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _head(column: Column) -> str:
    """Return the attribute that names a cell where the page is too narrow for a line of heads."""
    return f' data-head="{escape(column.head)}"'


def _best(
    quality: Quality | None, learned: Sequence[Summary], complete: Sequence[Summary]
) -> set[str]:
    """Return the labels of the best and of what is a tie with it; of losses, that mean anything."""
    some = learned if quality is LOSS else complete
    if quality is None or not some or len(complete) < 2:
        return set()
    return {one.label for one in quality.best(some)}


def notes(tables: Sequence[Summary], results: Results) -> str:
    """Return what the signs in the table mean."""
    unigram = results.about["unigram_nats"]
    idle = [one for one in tables if one.status == "complete" and not predicts(one, unigram)]
    found = [
        f"{SIGNS[one.status]} {one.label}: {one.message}" for one in tables if one.status in SIGNS
    ]
    if idle:
        found.append(f"{IDLE} no better at predicting than word frequencies alone.")
    found += [f"{one.label}: {one.note}." for one in results.terms if one.note]
    found += [
        f"{one.label}: {one.message}" for one in tables if one.status == "complete" and one.message
    ]
    if sum(one.status == "complete" for one in tables) > 1:
        found.append("Bold: the best, and what differs from it by no more than noise.")
    if any(one.nats and one.nats.spread for one in tables):
        found.append("± is the standard deviation of the runs with different seeds.")
    return '<p class="notes">' + "<br>".join(map(escape, found)) + "</p>" if found else ""


def _mean(mean: Mean | None, digits: str, scale: float = 1.0) -> str:
    if mean is None:
        return "–"
    spread = f" <small>± {scale * mean.spread:{digits}}</small>" if mean.spread else ""
    return f"{scale * mean.value:{digits}}{spread}"

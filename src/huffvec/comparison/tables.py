"""The tables of the report, in HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from huffvec.comparison.plots import UNIGRAM
from huffvec.comparison.results import Results
from huffvec.comparison.style import marks
from huffvec.comparison.summary import Mean, Summary
from huffvec.training.progress import format_bytes, format_seconds

NATS = "nats / target"
Column = tuple[str, str, Callable[[Summary], str], Callable[[Summary], float] | None]


def columns_of(results: Results) -> list[Column]:
    """Return the columns of the table: head, explanation, cell, and what the best has most of."""

    def minus(mean: Mean | None) -> float:
        return -mean.value if mean else float("-inf")

    columns: list[Column] = [
        ("k words/s", "thousands of tokens of the text trained in a second of wall time",
         lambda s: _mean(s.words_per_second, ",.1f", 1e-3),
         lambda s: s.words_per_second.value if s.words_per_second else 0.0),
        ("training", "wall time of a run, without what it took to measure",
         lambda s: format_seconds(s.seconds.value) if s.seconds else "–", None),
        ("µs / target", "wall time of one prediction of a target, all threads working",
         lambda s: _mean(s.seconds_per_target, ".2f", 1e6), lambda s: minus(s.seconds_per_target)),
        (NATS, "exact held-out loss: mean of −log p(word | its window); less is better",
         lambda s: _mean(s.nats, ".3f"), lambda s: minus(s.nats)),
    ]  # fmt: skip
    kinds = {score.kind for run in results.runs for score in run.scores}
    if "pairs" in kinds:
        columns.append(
            ("similarity", "rank correlation with human scores × 100, mean over the files",
             lambda s: _mean(s.similarity, ".1f"),
             lambda s: s.similarity.value if s.similarity else float("-inf"))
        )  # fmt: skip
    if "analogies" in kinds:
        columns.append(
            ("analogies", "% answered right, mean over the files",
             lambda s: _mean(s.analogies, ".1f"),
             lambda s: s.analogies.value if s.analogies else float("-inf"))
        )  # fmt: skip
    return [
        *columns,
        ("tables", "memory of the weights and of the objective's own arrays",
         lambda s: format_bytes(s.memory.table_bytes) if s.memory else "–", None),
        ("growth", "how much more resident memory the process had, at most, than before the run",
         lambda s: _growth(s), None),
    ]  # fmt: skip


def _growth(one: Summary) -> str:
    grown = one.memory.peak_growth_bytes if one.memory else None
    return "–" if grown is None else format_bytes(max(grown, 0))


def scores_table(tables: Sequence[Summary], results: Results) -> str:
    """Return a table with a column for each test; nothing if there is only one."""
    names = list(dict.fromkeys(name for one in tables for name, _ in one.scores))
    if len(names) < 2:
        return ""
    columns: list[Column] = [
        (
            name,
            "",
            lambda s, name=name: _mean(dict(s.scores).get(name), ".1f"),  # type: ignore[misc]
            lambda s, name=name: dict(s.scores).get(name, Mean(float("-inf"))).value,  # type: ignore[misc]
        )
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
    """Return a row for each objective, the best of each column marked."""
    look = marks(results.labels)
    head = "".join(
        f'<th title="{escape(title)}">{escape(name)}</th>' for name, title, _, _ in columns
    )
    complete = [one for one in tables if one.status == "complete"]
    best = [
        max(complete, key=value).label if value and len(complete) > 1 else None
        for _, _, _, value in columns
    ]
    rows = []
    for one in tables:
        dot = f'<span class="dot" style="background:{look[one.label]["color"]}"></span>'
        mark = {"partial": " ◐", "failed": " ✕"}.get(one.status, "")
        cells = "".join(
            f"<td{' class=best' if one.label == top else ''}>{cell(one)}</td>"
            for (_, _, cell, _), top in zip(columns, best, strict=True)
        )
        rows.append(f"<tr><th>{dot}{escape(one.label)}{mark}</th>{cells}</tr>")
    if unigram:
        cells = "".join(f"<td>{unigram.get(name, '')}</td>" for name, _, _, _ in columns)
        rows.append(f"<tr class=faint><th>{UNIGRAM}</th>{cells}</tr>")
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table><thead><tr><th>objective</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def notes(tables: Sequence[Summary]) -> str:
    """Return what the signs in the table mean."""
    signs = {"partial": "◐", "failed": "✕"}
    notes = [
        f"{signs[one.status]} {one.label}: {one.message}" for one in tables if one.status in signs
    ]
    notes += [
        f"{one.label}: {one.message}" for one in tables if one.status == "complete" and one.message
    ]
    if any(one.nats and one.nats.spread for one in tables):
        notes.append("± is the standard deviation of the runs with different seeds.")
    return '<p class="notes">' + "<br>".join(map(escape, notes)) + "</p>" if notes else ""


def _mean(mean: Mean | None, digits: str, scale: float = 1.0) -> str:
    if mean is None:
        return "–"
    spread = f" <small>± {scale * mean.spread:{digits}}</small>" if mean.spread else ""
    return f"{scale * mean.value:{digits}}{spread}"

"""The report: one HTML page with everything in it, and the plots as PNG files beside it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from huffvec.comparison.conditions import budget_text
from huffvec.comparison.report.advice import FIRST_CHOICE, Advice
from huffvec.comparison.report.plots import Plot, available_plots
from huffvec.comparison.report.probability_plots import calibration_table
from huffvec.comparison.report.rate_plots import rates_table
from huffvec.comparison.report.recommendation import recommend
from huffvec.comparison.report.style import DARK, LIGHT, Paper
from huffvec.comparison.report.tables import columns_of, notes, scores_table, table, unigram_row
from huffvec.comparison.results import Results
from huffvec.comparison.summary import summaries
from huffvec.comparison.terms import TITLES
from huffvec.drawing import names_as_they_are
from huffvec.files.writing import atomic_path

FILE_NAME = "index.html"
_STYLE = Path(__file__).with_name("page.css")


def write_report(results: Results, folder: Path) -> Path:
    """Write the page and the plots' PNG files into the folder and return the page's path.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If a file cannot be written.
    """
    plots = available_plots(results)
    for plot in plots:
        with atomic_path(folder / f"{plot.name}.png") as path:
            path.write_bytes(_draw(plot, results, LIGHT, "png"))
    page = folder / FILE_NAME
    with atomic_path(page) as path:
        path.write_text(_page(results, plots), "utf-8")
    return page


def _page(results: Results, plots: Sequence[Plot]) -> str:
    advice = recommend(results)
    figures = "".join(_figure(plot, results) for plot in plots)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ways round the softmax, compared</title>
<style>{_STYLE.read_text("utf-8")}</style>
</head>
<body>
<main>
<h1>Ways round the softmax, compared</h1>
<p class="about">{escape(_about(results))}</p>
{_in_short(advice)}
{"".join(section(results) for section in SECTIONS)}
{figures}
<h2 id="recommendation">Recommendation</h2>
{_advice(advice)}
<h2>How this was measured</h2>
{_method(results)}
{_settings(results)}
</main>
</body>
</html>
"""


def _results(results: Results) -> str:
    """Return the tables of every comparison."""
    comparisons = list(results.comparisons().values()) or [results]
    parts = ["<h2>Results</h2>"]
    for one in comparisons:
        tables = summaries(one)
        if len(comparisons) > 1:
            parts.append(f"<h3>{TITLES[one.by[0]]}: {budget_text(one)}</h3>")
        parts.append(table(tables, columns_of(one), one, unigram_row(one)))
        parts.append(notes(tables, one))
        parts.append(scores_table(tables, one) if any(s.scores for s in tables) else "")
    return "\n".join(parts)


def _rates(results: Results) -> str:
    """Return what the search for learning rates has found, if there was one."""
    found = rates_table(results)
    return f"<h2>Learning rates</h2>\n{found}" if found else ""


def _calibrations(results: Results) -> str:
    """Return how far the probabilities of the first comparison are right."""
    found = calibration_table(results.compared())
    return f"<h2>Calibration</h2>\n{found}" if found else ""


# What stands between the first words of the page and its pictures: each returns its part, in HTML.
SECTIONS: tuple[Callable[[Results], str], ...] = (_results, _calibrations, _rates)


def _about(results: Results) -> str:
    about, settings, first = results.about, results.settings, results.compared()
    seeds = max((len(first.of(label)) for label in first.labels), default=0)
    budgets = "; ".join(map(budget_text, results.comparisons().values())) or budget_text(results)
    return (
        f"{about['files']}: {settings['train_tokens']:,} tokens to train on, "
        f"{settings['words']:,} words; {settings['config']['architecture']}, "
        f"dim {settings['config']['dim']}, window {settings['config']['window']}, "
        f"{budgets}, {seeds} {'seed' if seeds == 1 else 'seeds'}, "
        f"{about['threads']} threads of {about['machine']}; {about['date']}, "
        f"huffvec {about['huffvec']}."
    )


def _in_short(advice: Sequence[Advice]) -> str:
    if not advice or advice[0].question != FIRST_CHOICE:
        return ""
    first = advice[0]
    choice = f"<strong>{escape(first.choice)}</strong>, " if first.choice else ""
    return (
        f'<p class="short">In short: {choice}{escape(first.reason)} '
        '<a href="#recommendation">More</a></p>'
    )


def _advice(advice: Sequence[Advice]) -> str:
    if not advice:
        return "<p>No run is complete, so there is nothing to recommend.</p>"
    rows = "".join(
        f"<dt>{escape(one.question)}</dt><dd>"
        + (f"<strong>{escape(one.choice)}</strong>: " if one.choice else "")
        + f"{escape(one.reason)}</dd>"
        for one in advice
    )
    return f"<dl>{rows}</dl>"


def _figure(plot: Plot, results: Results) -> str:
    """Return a picture that suits light and dark, wide and narrow pages."""
    light, dark, narrow_light, narrow_dark = (
        "data:image/svg+xml;base64,"
        + base64.b64encode(_draw(plot, results, paper, "svg")).decode("ascii")
        for paper in (LIGHT, DARK, LIGHT.narrow(), DARK.narrow())
    )
    return (
        f"<h2>{escape(plot.title)}</h2>\n<figure><picture>"
        f'<source media="(max-width: 40rem) and (prefers-color-scheme: dark)" '
        f'srcset="{narrow_dark}">'
        f'<source media="(max-width: 40rem)" srcset="{narrow_light}">'
        f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" alt="{escape(plot.title)}"></picture>'
        f"<figcaption>{escape(plot.caption)}</figcaption></figure>\n"
    )


def _draw(plot: Plot, results: Results, paper: Paper, format: str) -> bytes:
    import matplotlib as mpl

    results = results if plot.of_all else results.compared()
    data = io.BytesIO()
    with mpl.rc_context(paper.parameters()), names_as_they_are():
        figure = plot.draw(results, paper)
        figure.savefig(
            data, format=format, dpi=160, metadata={"Date": None} if format == "svg" else {}
        )
    return data.getvalue()


def _method(results: Results) -> str:
    settings, about = results.settings, results.about
    return f"""<ul>
<li>All objectives were trained on the same {settings["train_tokens"]:,} tokens with the same
options, apart from those that their names show, in turns: every one with the first seed, then with
the next.</li>
<li>{about["heldout_tokens"]:,} tokens in blocks from all over the text were held out and never
trained on; {about["heldout_oov"]:,} more there are not in the vocabulary, which is that of the
training part alone. The loss is the exact −log p(word | window) in nats, normalised over the
vocabulary, the same measure for every objective. exp(loss) is the perplexity.
{_subsampled(settings)}</li>
<li>Time is that of training alone: neither reading text nor measuring counts.</li>
<li>tables: the two tables of weights, with rows padded to 64 bytes, and the objective's own
arrays. growth: the most resident memory of the process, looked at ten times a second while
training, less that before the run's tables were made; what measuring takes is left out. The text
itself (4 bytes a token) is in neither.</li>
<li>All numbers are in <code>results.json</code>.</li>
</ul>"""


def _subsampled(settings: dict[str, Any]) -> str:
    threshold = settings["config"]["subsample_threshold"]
    if not threshold:
        return ""
    return (
        "In training, words that make up more than "
        f"{threshold:g} of the text were skipped at random, so to every objective they seem less "
        "probable than they are in the held-out text; to compare probabilities, train with a "
        "subsampling threshold of 0."
    )


def _settings(results: Results) -> str:
    rows = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for part in (results.settings["config"], results.about)
        for name, value in part.items()
    )
    return (
        "<details><summary>All settings</summary>"
        f'<table class="settings"><tbody>{rows}</tbody></table></details>'
    )

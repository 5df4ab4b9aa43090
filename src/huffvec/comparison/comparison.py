"""The whole comparison: split the text, measure costs, train all runs, write the report."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec.comparison.candidates import ALL, candidates_of
from huffvec.comparison.conditions import about, settings_of
from huffvec.comparison.job import Job, measure_costs
from huffvec.comparison.options import ComparisonOptions, as_by
from huffvec.comparison.plans import Budget
from huffvec.comparison.progress import SilentRuns, runs_progress_for
from huffvec.comparison.reading import resume
from huffvec.comparison.report.advice import Advice
from huffvec.comparison.report.page import write_report
from huffvec.comparison.report.recommendation import recommend
from huffvec.comparison.report.tables import columns_of
from huffvec.comparison.results import MAX_LABELS, MAX_TESTS, Results
from huffvec.comparison.split import Split, split_corpus
from huffvec.comparison.summary import Summary, summaries
from huffvec.comparison.terms import By, TuneBy
from huffvec.comparison.tuning import make_runs
from huffvec.config import TrainingConfig
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.errors import ConfigError, OptionName, OutputError
from huffvec.evaluation.pairs import read_pairs
from huffvec.evaluation.questions import read_analogies
from huffvec.extras import require
from huffvec.files.paths import PathLike, as_paths
from huffvec.html import html_table
from huffvec.objectives.naming import AnyObjective, check_none_of_objectives
from huffvec.training.train import TrainKeywords, check_words_alone

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass
class Comparison:
    """What a comparison has found and where it was written.

    Attributes
    ----------
    results
        All that was measured.
    page
        The report.
    n_reused
        Runs that were there already.
    """

    results: Results
    page: Path
    n_reused: int = 0

    def __repr__(self) -> str:
        return f"Comparison({self.results!r}, {os.fspath(self.page)!r})"

    def _repr_html_(self) -> str:
        columns = columns_of(self.results.compared())
        rows = [
            (one.label, *(re.sub("<.*?>", "", column.cell(one)) for column in columns))
            for one in self.summaries()
        ]
        head = ("objective", *(column.head for column in columns))
        return html_table(head, rows, os.fspath(self.page))

    def summaries(self, by: By | None = None) -> list[Summary]:
        """Return means and spreads over the seeds, an objective each, of one comparison.

        By default it is the first of those that were made.
        """
        return summaries(self.results.compared(by))

    def recommendation(self) -> list[Advice]:
        """Return what the numbers say, the first choice first."""
        return recommend(self.results)


def compare(
    data: Any,
    objectives: AnyObjective | Sequence[AnyObjective] = ALL,
    output: PathLike = "report",
    *,
    minutes: float | None = ComparisonOptions.minutes,
    seeds: int = ComparisonOptions.seeds,
    pairs: PathLike | Sequence[PathLike] = (),
    analogies: PathLike | Sequence[PathLike] = (),
    by: By | Sequence[By] = ComparisonOptions.by,
    tune: bool = ComparisonOptions.tune,
    tune_by: TuneBy = ComparisonOptions.tune_by,
    tune_finer: bool = ComparisonOptions.tune_finer,
    config: TrainingConfig | Mapping[str, Any] | None = None,
    progress: SilentRuns | bool | None = None,
    probe_seconds: float = ComparisonOptions.probe_seconds,
    **options: Unpack[TrainKeywords],
) -> Comparison:
    """Train several objectives under the same budget and write a report of what each gives.

    A part of the text is held out. Every finished run is kept in ``results.json`` at once; calling
    again with the same settings makes only what is missing.

    Parameters
    ----------
    data
        A text file or glob pattern, or several, or anything else that `huffvec.train` takes.
    objectives
        Names, with options if wanted (`huffvec.comparison.candidates`), or objectives.
    output
        Folder for the report; made if it does not exist.
    minutes
        The budget of each run, in time of training; with the option ``epochs``, the run ends after
        these but takes no longer than this. By default ``config.epochs`` are the budget; an
        objective that would take more than 10 times as long as the fastest (and more than a minute)
        is then trained that long and marked as partial.
    seeds
        Runs of each objective, with seeds from ``config.seed`` on.
    pairs, analogies
        Files to evaluate the vectors with, as for `huffvec.vectors.WordVectors.evaluate`.
    by
        What is compared, one or several: ``"epochs"``, all run as many; ``"time"``, all run for
        these minutes; ``"convergence"``, the epochs are doubled until the held-out loss is less by
        no more than 0.005 nats. By default by epochs, or by time if minutes alone are given.
    tune
        Whether each objective's best learning rate is searched first, with the first seed, from its
        default up and down by factors of 2, in each comparison anew. Otherwise all run at their
        defaults. An objective whose rate is given keeps it.
    tune_by
        What rates are searched by: the held-out loss, or the mean score on ``pairs`` or
        ``analogies``.
    tune_finer
        Whether factors of √2 are tried beside the best rate, too.
    config, **options
        As for `huffvec.train`.
    progress
        Told about the work while it goes on; True shows a bar in terminals, lines elsewhere.
    probe_seconds
        How long each objective's cost is measured with each size of vocabulary; 0: not at all,
        and so without an estimate of how long runs take.

    Raises
    ------
    ConfigError
        If an option or an objective cannot be used, or the folder holds another comparison.
    CorpusError
        If a file cannot be read as text, or has too few words.
    FormatError
        If a file of pairs or analogies, or the results in the folder, cannot be read.
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the folder cannot be written.
    """
    require("matplotlib", "the report")
    candidates = candidates_of(objectives)
    epochs = options.get("epochs")
    reading, training = InputOptions.split(options)
    check_none_of_objectives(training)
    config = TrainingConfig.of(config, **training)
    check_words_alone(config, reading, "comparing")
    if config.deterministic:
        raise ConfigError(
            OptionName("deterministic"),
            " is not for comparing, which goes by the time that training takes: leave it out",
        )
    asked = ComparisonOptions(
        minutes=minutes, seeds=seeds, by=as_by("by", by), tune=tune, tune_by=tune_by,
        tune_finer=tune_finer, probe_seconds=probe_seconds,
    )  # fmt: skip
    made = asked.comparisons(epochs)
    budget = Budget(epochs if made == ("time",) else config.epochs, asked.minutes)
    tests = {"pairs": as_paths(pairs), "analogies": as_paths(analogies)}
    _check_tests(tests, asked.tune_by)
    names = _names(data)
    sink = runs_progress_for(sys.stderr) if progress is True else progress or SilentRuns()
    with _made_folder(output) as folder:
        split, config = _split(data, reading, config, sink)
    settings = settings_of(split, config, budget, tests)
    results = resume(folder, settings, about(names, split, config))
    tuned_by = asked.tune_by if asked.tune else None
    results.terms = [one for one in results.terms if one.tuned_by == tuned_by]
    labels = [candidate.label for candidate in candidates]
    results.labels = list(dict.fromkeys([*labels, *results.labels]))
    _check_sizes(results.labels, [*tests["pairs"], *tests["analogies"]])
    job = Job(split, config, candidates, results, folder, sink, budget, made, asked, tests)
    measure_costs(job)
    make_runs(job, range(config.seed, config.seed + asked.seeds))
    job.measure_gradients()
    sink.close()
    results.save(folder, [asdict(advice) for advice in recommend(results)])
    page = write_report(results, folder)
    return Comparison(results, page, job.n_reused)


def _check_tests(tests: dict[str, list[Path]], tune_by: TuneBy) -> None:
    """Read the files of pairs and analogies once, so that errors come before the work."""
    if tune_by != "held-out" and not tests[tune_by]:
        raise ConfigError(OptionName("tune_by", tune_by), " needs ", OptionName(tune_by))
    for path in tests["pairs"]:
        read_pairs(path)
    for path in tests["analogies"]:
        read_analogies(path)


def _check_sizes(labels: Sequence[str], tests: Sequence[Path]) -> None:
    """Raise ConfigError if there is more than a report can show."""
    for what, some, most in (("objectives", labels, MAX_LABELS), ("tests", tests, MAX_TESTS)):
        if len(some) > most:
            raise ConfigError(f"a report can show {most} {what}, not {len(some)}: leave some out")


def _names(data: Any) -> list[str]:
    """Return what the input is called; files must exist."""
    return [path.name for path in expand(data)] if is_names(data) else [type(data).__name__]


@contextlib.contextmanager
def _made_folder(output: PathLike) -> Iterator[Path]:
    """Make a folder before the work; if the work fails, a new one goes again."""
    folder = Path(output)
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {str(output)!r} cannot be made: {error.strerror}. Give another with ",
            OptionName("output"),
            ".",
        ) from error
    try:
        yield folder
    except BaseException:
        if is_new:
            folder.rmdir()
        raise


def _split(
    data: Any,
    reading: InputOptions,
    config: TrainingConfig,
    progress: SilentRuns,
) -> tuple[Split, TrainingConfig]:
    """Return the text in parts, and the options with the min_count that was counted with."""
    with open_corpus(
        data,
        reading,
        min_count=config.asked("min_count"),
        n_threads=config.threads(),
        progress=progress.stage,
    ) as corpus:
        config = config.with_options(min_count=corpus.record.min_count or config.min_count)
        keep = corpus.record.keep_words
        return split_corpus(corpus, corpus.vocabulary, config.min_count, keep), config

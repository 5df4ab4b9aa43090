"""Reading a comparison's ``results.json``: strictly, since files can be damaged or made by others.

What is read can be drawn: every number is in a range that a comparison can give, texts are short
and can be written again, and there are not more objectives and runs than fit on a page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from huffvec.comparison.cost import Cost
from huffvec.comparison.depth import DepthBin, TreeDepth
from huffvec.comparison.json_fields import (
    MAX_COUNT,
    Values,
    check_plain,
    flag,
    get,
    items,
    no_number,
    number,
    number_or_nan,
    one_of,
    or_none,
    record,
    text,
    whole,
)
from huffvec.comparison.measures import read_calibration, read_gradients
from huffvec.comparison.results import (
    FILE_NAME,
    MAX_LABELS,
    MAX_TESTS,
    VERSION,
    Memory,
    Moment,
    Results,
    RunResult,
    Score,
    Status,
)
from huffvec.comparison.terms import BY, TUNE_BY, Terms
from huffvec.comparison.version_1 import as_now
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.objectives.renamed import renamed_label

MAX_BYTES = 100_000_000
MAX_RUNS = 100_000
MAX_SECONDS, MAX_NATS = 1e10, 1e6
MAX_RATES = 100
LEAST_RATE, MAX_RATE = 1e-30, 10.0
LEAST = 1e-9  # seconds, and shares of a text: log scales need numbers over 0


def load(folder: Path) -> Results:
    """Return the results in a folder.

    Raises
    ------
    FormatError
        If there are none, or the file is damaged or not of this version.
    """
    path = folder / FILE_NAME
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                f"{str(path)!r} is over {MAX_BYTES:,} bytes: too large for the "
                "results of a comparison."
            )
        values = json.loads(path.read_bytes(), parse_constant=no_number)
        check_plain(values, "the file")
        version = get(values, "huffvec_comparison", "the file")
        if version not in (1, VERSION):
            raise FormatError(f"{str(path)!r} was written by another version of huffvec.")
        return _results(values if version == VERSION else as_now(values, MAX_RUNS))
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        what = "lists in lists in lists …" if isinstance(error, RecursionError) else error
        raise FormatError(
            f"{str(path)!r} is damaged or not the results of a comparison ({what}). Delete it or "
            "give another folder."
        ) from None


def resume(folder: Path, settings: Values, about: Values) -> Results:
    """Return the results in a folder to go on with, or new ones if there are none.

    Raises
    ------
    ConfigError
        If those there were found with other settings.
    FormatError
        If the file is damaged.
    """
    if not (folder / FILE_NAME).exists():
        return Results(settings, about)
    found = load(folder)
    wanted = json.loads(json.dumps(settings))
    other = [key for key in wanted if found.settings.get(key) != wanted[key]]
    if other:
        changes = "; ".join(
            f"{k}: {found.settings.get(k)!r:.2000}, now {wanted[k]!r:.2000}" for k in other
        )
        raise ConfigError(
            f"the comparison in {str(folder)!r} was made with other settings ({changes}). Give "
            "another folder with ",
            OptionName("output"),
            f", or delete {FILE_NAME} in it.",
        )
    return found


def _label(values: Values) -> str:
    return renamed_label(text(values, "label"))


def _results(values: Values) -> Results:
    settings, about, costs = (record(values, name) for name in ("settings", "about", "costs"))
    _check_settings(settings)
    _check_about(about)
    labels = items(values, "labels", lambda label: _label({"label": label}), MAX_LABELS)
    found = Results(
        settings,
        about,
        labels,
        {renamed_label(label): items(costs, label, _cost) for label in costs},
        items(values, "runs", _run, MAX_RUNS),
        items(values, "terms", _terms, len(BY) * MAX_LABELS),
        or_none(read_gradients, values, "gradients"),
    )
    named = [run.label for run in found.runs] + [one.label for one in found.terms]
    for label in (*found.costs, *named):
        if label not in set(labels):
            raise ValueError(f"{label!r:.80} is none of the labels")
    if settings["minutes"] is None and "time" in found.by:
        raise ValueError("by is time, and no minutes are given")
    if len({score.name for run in found.runs for score in run.scores}) > MAX_TESTS:
        raise ValueError(f"scores of over {MAX_TESTS} tests")
    return found


def _check_settings(settings: Values) -> None:
    """Raise ValueError unless the report can say what the settings were."""
    whole(settings, "train_tokens")
    whole(settings, "words", 1)
    or_none(whole, settings, "epochs", 1)
    minutes = or_none(number, settings, "minutes", 0.0, MAX_SECONDS)
    if settings["epochs"] is None and minutes is None:
        raise ValueError("neither epochs nor minutes are given")
    config = record(settings, "config")
    text(config, "architecture")
    for name in ("dim", "window"):
        whole(config, name, 1)
    number(config, "subsample_threshold", 0.0, 1.0)


def _check_about(about: Values) -> None:
    """Raise ValueError unless the report can say what it is about."""
    for name in ("files", "machine", "date", "huffvec"):
        text(about, name)
    for name in ("heldout_tokens", "heldout_oov", "threads"):
        whole(about, name)
    for name in ("unigram_nats", "unigram_sample_nats"):
        number(about, name, 0.0, MAX_NATS)


def _cost(values: Any) -> Cost:
    return Cost(
        n_words=whole(values, "n_words", 1),
        tokens=whole(values, "tokens"),
        targets=number(values, "targets", 0.0, MAX_COUNT),
        seconds=number(values, "seconds", LEAST, MAX_SECONDS),
    )


def _run(values: Any) -> RunResult:
    statuses: tuple[Status, ...] = get_args(Status)
    status = one_of(values, "status", statuses)
    one = int(status != "failed")  # what a run that did not fail has at least of everything
    if one and get(values, "nats", "a run") is None:
        raise ValueError("nats must be a number of a run that did not fail")
    return RunResult(
        label=_label(values),
        seed=whole(values, "seed"),
        status=status,
        message=text(values, "message"),
        tokens=whole(values, "tokens", one),
        epochs=number(values, "epochs", 0.0, MAX_COUNT),
        planned_epochs=whole(values, "planned_epochs", one),
        targets=number(values, "targets", one, MAX_COUNT),
        seconds=number(values, "seconds", one * LEAST, MAX_SECONDS),
        nats=number_or_nan(values, "nats", 0.0, MAX_NATS),
        n_targets=whole(values, "n_targets"),
        curve=tuple(items(values, "curve", _moment)),
        scores=tuple(items(values, "scores", _score)),
        memory=_memory(values["memory"]) if get(values, "memory", "a run") else None,
        tree=_tree(values["tree"]) if get(values, "tree", "a run") else None,
        learning_rate=or_none(number, values, "learning_rate", LEAST_RATE, MAX_RATE),
        timed=flag(values, "timed"),
        diverged=flag(values, "diverged"),
        calibration=or_none(read_calibration, values, "calibration"),
    )


def _terms(values: Any) -> Terms:
    return Terms(
        by=one_of(values, "by", BY),
        label=_label(values),
        epochs=or_none(whole, values, "epochs", 1),
        learning_rate=or_none(number, values, "learning_rate", LEAST_RATE, MAX_RATE),
        untuned_rate=or_none(number, values, "untuned_rate", LEAST_RATE, MAX_RATE),
        tuned_by=or_none(one_of, values, "tuned_by", TUNE_BY),
        rates=tuple(items(values, "rates", _rate, MAX_RATES)),
        seed=whole(values, "seed"),
        note=text(values, "note"),
    )


def _rate(value: Any) -> float:
    return number({"a rate": value}, "a rate", LEAST_RATE, MAX_RATE)


def _moment(values: Any) -> Moment:
    return Moment(
        seconds=number(values, "seconds", LEAST, MAX_SECONDS),
        tokens=whole(values, "tokens"),
        nats=number_or_nan(values, "nats", 0.0, MAX_NATS),
    )


def _score(values: Any) -> Score:
    kind = one_of(values, "kind", ("pairs", "analogies"))
    value = number_or_nan(values, "value", -100.0, 100.0)
    return Score(text(values, "name"), kind, value, whole(values, "n"))


def _memory(values: Any) -> Memory:
    return Memory(
        input_bytes=whole(values, "input_bytes"),
        output_bytes=whole(values, "output_bytes"),
        table_bytes=whole(values, "table_bytes"),
        peak_growth_bytes=or_none(whole, values, "peak_growth_bytes", -MAX_COUNT),
    )


def _tree(values: Any) -> TreeDepth:
    bins = items(values, "bins", _bin)
    if not bins:
        raise ValueError("bins must be one or more")
    mean, entropy = (number(values, name, 0.0, MAX_NATS) for name in ("mean", "entropy"))
    return TreeDepth(mean, entropy, tuple(bins))


def _bin(values: Any) -> DepthBin:
    return DepthBin(
        share=number(values, "share", LEAST, 1.0),
        mean=number(values, "mean", 0.0, MAX_NATS),
        lowest=whole(values, "lowest"),
        highest=whole(values, "highest", 0, int(MAX_NATS)),
    )

"""Reading a comparison's ``results.json``: strictly, since files can be damaged or made by others.

What is read can be drawn: every number is in a range that a comparison can give, texts are short
and can be written again, and there are not more objectives and runs than fit on a page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args

from huffvec.comparison.cost import Cost
from huffvec.comparison.depth import DepthBin, TreeDepth
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
from huffvec.errors import ConfigError, FormatError
from huffvec.objectives.renamed import renamed_label

MAX_BYTES = 100_000_000
MAX_RUNS, MAX_ITEMS = 100_000, 1_000
MAX_TEXT, MAX_DEPTH = 10_000, 12
MAX_COUNT, MAX_SECONDS, MAX_NATS = 10**18, 1e10, 1e6
LEAST = 1e-9  # seconds, and shares of a text: log scales need numbers over 0

Values = dict[str, Any]
T = TypeVar("T")


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
        values = json.loads(path.read_bytes(), parse_constant=_no_number)
        _check_plain(values, "the file")
        if _get(values, "huffvec_comparison", "the file") != VERSION:
            raise FormatError(f"{str(path)!r} was written by another version of huffvec.")
        return _results(values)
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
            f"another folder with --output, or delete {FILE_NAME} in it."
        )
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _check_plain(value: Any, place: str, depth: int = 0) -> None:
    """Raise ValueError at what could not be written again: endless numbers, texts, nesting."""
    if depth > MAX_DEPTH:
        raise ValueError(f"{place:.200}: lists in lists in lists …")
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, (int, float)) and not abs(value) <= MAX_COUNT:
        raise ValueError(f"{place}: a number up to 10¹⁸ was expected")
    elif isinstance(value, list):
        for item in value:
            _check_plain(item, place, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key, place)
            _check_plain(item, key, depth + 1)


def _check_text(text: str, place: str) -> None:
    if len(text) > MAX_TEXT:
        raise ValueError(f"{place:.200}: a text of {len(text):,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{place!a:.200}: half a character") from None


def _get(values: Any, name: str, place: str) -> Any:
    if not isinstance(values, dict) or name not in values:
        raise ValueError(f"{place:.200} has no {name}")
    return values[name]


def _number(values: Any, name: str, low: float, high: float) -> float:
    value = _get(values, name, "a record")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(
            f"{name}: a number from {low:g} to {high:g} was expected, not {value!r:.40}"
        )
    return float(value)


def _whole(values: Any, name: str, low: int = 0, high: int = MAX_COUNT) -> int:
    value = _get(values, name, "a record")
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name}: a whole number from {low:,} was expected, not {value!r:.40}")
    return value


def _or_none(read: Callable[..., T], values: Any, name: str, *limits: Any) -> T | None:
    return None if _get(values, name, "a record") is None else read(values, name, *limits)


def _number_or_nan(values: Any, name: str, low: float, high: float) -> float:
    found = _or_none(_number, values, name, low, high)
    return math.nan if found is None else found


def _text(values: Any, name: str) -> str:
    value = _get(values, name, "a record")
    if not isinstance(value, str):
        raise ValueError(f"{name}: a text was expected, not {value!r:.40}")
    return value


def _label(values: Values) -> str:
    return renamed_label(_text(values, "label"))


def _record(values: Any, name: str) -> Values:
    value = _get(values, name, "the file")
    if not isinstance(value, dict):
        raise ValueError(f"{name}: an object was expected, not {value!r:.40}")
    return value


def _items(values: Any, name: str, read: Callable[[Any], T], most: int = MAX_ITEMS) -> list[T]:
    value = _get(values, name, "a record")
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"{name}: a list of up to {most:,} was expected")
    return [read(item) for item in value]


def _results(values: Values) -> Results:
    settings, about, costs = (_record(values, name) for name in ("settings", "about", "costs"))
    _check_settings(settings)
    _check_about(about)
    labels = _items(values, "labels", lambda label: _label({"label": label}), MAX_LABELS)
    found = Results(
        settings,
        about,
        labels,
        {renamed_label(label): _items(costs, label, _cost) for label in costs},
        _items(values, "runs", _run, MAX_RUNS),
    )
    for label in (*found.costs, *(run.label for run in found.runs)):
        if label not in set(labels):
            raise ValueError(f"{label!r:.80} is none of the labels")
    if len({score.name for run in found.runs for score in run.scores}) > MAX_TESTS:
        raise ValueError(f"scores of over {MAX_TESTS} tests")
    return found


def _check_settings(settings: Values) -> None:
    """Raise ValueError unless the report can say what the settings were."""
    _whole(settings, "train_tokens")
    _whole(settings, "words", 1)
    _or_none(_whole, settings, "epochs", 1)
    minutes = _or_none(_number, settings, "minutes", 0.0, MAX_SECONDS)
    if settings["epochs"] is None and minutes is None:
        raise ValueError("neither epochs nor minutes are given")
    config = _record(settings, "config")
    _text(config, "architecture")
    for name in ("dim", "window"):
        _whole(config, name, 1)
    _number(config, "subsample_threshold", 0.0, 1.0)


def _check_about(about: Values) -> None:
    """Raise ValueError unless the report can say what it is about."""
    for name in ("files", "machine", "date", "huffvec"):
        _text(about, name)
    for name in ("heldout_tokens", "heldout_oov", "threads"):
        _whole(about, name)
    for name in ("unigram_nats", "unigram_sample_nats"):
        _number(about, name, 0.0, MAX_NATS)


def _cost(values: Any) -> Cost:
    return Cost(
        n_words=_whole(values, "n_words", 1),
        tokens=_whole(values, "tokens"),
        targets=_number(values, "targets", 0.0, MAX_COUNT),
        seconds=_number(values, "seconds", LEAST, MAX_SECONDS),
    )


def _run(values: Any) -> RunResult:
    statuses: dict[str, Status] = {s: s for s in get_args(Status)}
    status = statuses.get(_text(values, "status"))
    if status is None:
        raise ValueError(
            f"status: {', '.join(statuses)} was expected, not {values['status']!r:.40}"
        )
    one = int(status != "failed")  # what a run that did not fail has at least of everything
    if one and _get(values, "nats", "a run") is None:
        raise ValueError("nats: a number was expected of a run that did not fail")
    return RunResult(
        label=_label(values),
        seed=_whole(values, "seed"),
        status=status,
        message=_text(values, "message"),
        tokens=_whole(values, "tokens", one),
        epochs=_number(values, "epochs", 0.0, MAX_COUNT),
        planned_epochs=_whole(values, "planned_epochs", one),
        targets=_number(values, "targets", one, MAX_COUNT),
        seconds=_number(values, "seconds", one * LEAST, MAX_SECONDS),
        nats=_number_or_nan(values, "nats", 0.0, MAX_NATS),
        n_targets=_whole(values, "n_targets"),
        curve=tuple(_items(values, "curve", _moment)),
        scores=tuple(_items(values, "scores", _score)),
        memory=_memory(values["memory"]) if _get(values, "memory", "a run") else None,
        tree=_tree(values["tree"]) if _get(values, "tree", "a run") else None,
    )


def _moment(values: Any) -> Moment:
    return Moment(
        seconds=_number(values, "seconds", LEAST, MAX_SECONDS),
        tokens=_whole(values, "tokens"),
        nats=_number_or_nan(values, "nats", 0.0, MAX_NATS),
    )


def _score(values: Any) -> Score:
    kind = _text(values, "kind")
    if kind not in ("pairs", "analogies"):
        raise ValueError(f"kind: pairs or analogies was expected, not {kind!r:.40}")
    value = _number_or_nan(values, "value", -100.0, 100.0)
    return Score(_text(values, "name"), kind, value, _whole(values, "n"))


def _memory(values: Any) -> Memory:
    return Memory(
        input_bytes=_whole(values, "input_bytes"),
        output_bytes=_whole(values, "output_bytes"),
        table_bytes=_whole(values, "table_bytes"),
        peak_growth_bytes=_or_none(_whole, values, "peak_growth_bytes", -MAX_COUNT),
    )


def _tree(values: Any) -> TreeDepth:
    bins = _items(values, "bins", _bin)
    if not bins:
        raise ValueError("bins: at least one was expected")
    mean, entropy = (_number(values, name, 0.0, MAX_NATS) for name in ("mean", "entropy"))
    return TreeDepth(mean, entropy, tuple(bins))


def _bin(values: Any) -> DepthBin:
    return DepthBin(
        share=_number(values, "share", LEAST, 1.0),
        mean=_number(values, "mean", 0.0, MAX_NATS),
        lowest=_whole(values, "lowest"),
        highest=_whole(values, "highest", 0, int(MAX_NATS)),
    )

"""Options accept NumPy's numbers wherever they accept Python's, and records hold plain ones."""

import json
import math
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from harness import OPTIONS

from huffvec import Subwords, TrainingConfig, random_walks, train
from huffvec.checks import UNBOUNDED, check_bool, check_choice, check_float, check_int, plain
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError
from huffvec.objectives import OBJECTIVES
from huffvec.options import options_of
from huffvec.phrases.config import PhraseConfig
from huffvec.search.index_options import IndexOptions
from huffvec.training.callbacks import EarlyStopping
from huffvec.training.checkpoint import Checkpoints


def numbers_of(options):
    return {name: value for name, value in options.items() if not isinstance(value, str)}


def defaults_of(record):
    """Defaults that are numbers or truths; fractions as float32 has them."""
    defaults = {name: option.default for name, option in options_of(record).items()}
    return {
        name: float(np.float32(value)) if isinstance(value, float) else value
        for name, value in defaults.items()
        if isinstance(value, (bool, int, float))
    }


# Every record of options, with values of its fields that are numbers, truths or lists of numbers.
# Fractions are the same in float32.
RECORDS: list[tuple[Any, dict[str, Any]]] = [
    *((record, defaults_of(record)) for record in (TrainingConfig, Subwords, InputOptions)),
    *((record, defaults_of(record)) for record in (PhraseConfig, IndexOptions, Checkpoints)),
    (TrainingConfig, {"learning_rate": 0.25}),
    (InputOptions, {"vocab_memory": 20_000_000}),
    (PhraseConfig, {"delta": 2.5, "max_memory": 1 << 22}),
    *((OBJECTIVES[name], numbers_of(options)) for name, options in OPTIONS.items()),
]
REQUIRED = {Checkpoints: {"path": "run.ckpt"}}


def in_numpy(value: Any, as_array: bool) -> Any:
    """Return value as one of NumPy's numbers, truths or arrays."""
    if isinstance(value, bool):
        made = np.bool_(value)
    elif isinstance(value, int):
        made = np.int32(value) if as_array else np.int64(value)
    elif isinstance(value, float):
        made = np.float32(value) if as_array else np.float64(value)
    else:
        return np.array(value, np.int32) if as_array else [np.int64(n) for n in value]
    return np.array(made) if as_array else made


def types_in(value: object) -> object:
    return [types_in(item) for item in value] if isinstance(value, tuple) else type(value)


@pytest.mark.parametrize("as_array", [False, True])
@pytest.mark.parametrize(("record", "options"), RECORDS)
def test_records_of_options_take_numpys_numbers_and_hold_plain_ones(record, options, as_array):
    required = REQUIRED.get(record, {})
    expected = record(**required, **options)
    made = record(**required, **{name: in_numpy(v, as_array) for name, v in options.items()})
    assert made == expected
    for name in options:
        assert types_in(getattr(made, name)) == types_in(getattr(expected, name)), name
    assert json.dumps(asdict(made)) == json.dumps(asdict(expected))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_harness_has_a_value_for_every_option_of_an_objective(name):
    numbers = (bool, int, float, tuple)
    options = options_of(OBJECTIVES[name])
    assert {n for n in options if isinstance(options[n].default, numbers)} <= set(OPTIONS[name])


def test_early_stopping_holds_plain_numbers():
    stopping = EarlyStopping(np.int64(3), np.float32(0.5))
    assert type(stopping.patience) is int
    assert type(stopping.min_improvement) is float


def test_training_with_numpys_numbers_is_training_with_pythons():
    text = [["cat", "sat", "mat", "hat"]] * 20
    objective = OBJECTIVES["negative-sampling"]
    options = {"dim": 4, "window": 2, "epochs": 2, "min_count": 1, "n_threads": 1, "seed": 5}
    expected = train(text, objective(3, share=2), **options)
    numpys = {name: in_numpy(value, False) for name, value in options.items()}
    model = train(text, objective(np.int64(3), share=np.int32(2)), **numpys)
    np.testing.assert_array_equal(model.vectors.vectors, expected.vectors.vectors)
    assert len(model.vectors.nearest("cat", np.int64(2))) == 2
    assert len(model.predict(["cat"], np.int32(2))) == 2


def test_walks_take_numpys_numbers():
    graph = ([3, 5, 9], [5, 9, 3])
    options = {"walks_per_node": 2, "length": 5, "p": 0.5, "q": 2.0, "directed": True, "seed": 7}
    expected = random_walks(graph, **options)
    walks = random_walks(graph, **{name: in_numpy(v, False) for name, v in options.items()})
    np.testing.assert_array_equal(walks.ids, expected.ids)


def test_whole_numbers_are_checked_and_returned():
    for value in (3, np.int8(3), np.uint64(3), np.array(3)):
        checked = check_int("dim", value, 1, 5)
        assert checked == 3
        assert type(checked) is int
    for value in (0, 6, True, np.bool_(True), 3.0, np.float64(3), "3", None, [3], math.nan):
        with pytest.raises(ConfigError, match="dim must be a whole number from 1 to 5, not "):
            check_int("dim", value, 1, 5)


def test_numbers_are_checked_and_returned():
    for value in (0.5, np.float16(0.5), np.array(0.5, np.float32), Fraction(1, 2)):
        checked = check_float("rate", value, 0.0, 1.0)
        assert checked == 0.5
        assert type(checked) is float
    assert type(check_float("rate", np.int64(1), 0.0, 1.0)) is float
    for value in (-0.5, 2, True, np.bool_(True), "0.5", None, np.float32(math.nan), math.inf):
        with pytest.raises(ConfigError, match="rate must be a number from 0 to 1, not "):
            check_float("rate", value, 0.0, 1.0)
    with pytest.raises(ConfigError, match="rate must be a number over 0 and up to 1, not 0"):
        check_float("rate", 0, 0.0, 1.0, open_low=True)
    with pytest.raises(ConfigError, match="rate must be a number, not 'x'"):
        check_float("rate", "x", -UNBOUNDED, UNBOUNDED)
    with pytest.raises(ConfigError, match="rate must be a number over 2, not 1"):
        check_float("rate", 1, 2.0, UNBOUNDED, open_low=True)


def test_truths_are_checked_and_returned():
    assert check_bool("lowercase", np.bool_(True)) is True
    assert check_bool("lowercase", False) is False
    for value in (1, "yes", None, np.int64(0)):
        with pytest.raises(ConfigError, match="lowercase must be true or false, not "):
            check_bool("lowercase", value)


def test_choices_are_checked_and_long_values_cut():
    assert check_choice("errors", "strict", ("strict", "replace")) == "strict"
    with pytest.raises(ConfigError, match="errors must be one of strict, replace, not 'srict'"):
        check_choice("errors", "srict", ("strict", "replace"))
    with pytest.raises(ConfigError) as caught:
        check_choice("errors", ["x" * 5000], ("strict", "replace"))
    assert len(str(caught.value)) < 200


def test_what_is_no_number_stays_as_it_is():
    given = object()
    assert plain(given) is given
    assert plain(np.str_("nce")) == "nce"
    assert type(plain(np.str_("nce"))) is str
    assert plain(range(10, 40, 10)) == (10, 20, 30)

"""Deterministic training: equal to its twin, and the same bytes for any number of threads."""

from dataclasses import replace

import numpy as np
import pytest
from harness import (
    CASES,
    INPUT_CASES,
    INPUTS,
    LABEL_CASES,
    N_ROWS,
    N_WORDS,
    assert_equal_but_for_rounding,
    make_documents,
    make_setting,
    start_tables,
    train_native,
)
from reference.rounds import rounds
from reference.training import walk
from twins import selector_for, train_twin

from huffvec.engine import available

# 13 chunks: a round of 8 and one of 5 in each of two epochs.
ROUNDS = {"chunk_tokens": 7, "epochs": 2, "window": 3, "deterministic": True}
FROZEN = [k % 3 == 1 for k in range(N_WORDS)]
TAGS = [[0], [1, 2], [2, 9, 3], [4], [], [12], [5, 2]]
SETTINGS = {
    **{f"{a}-rows": {"architecture": a} for a in ("skipgram", "cbow")},
    **{f"{a}-frozen": {"architecture": a, "frozen": FROZEN} for a in ("skipgram", "cbow")},
    **{f"{a}-{i}": {"architecture": a, **INPUTS[i]} for a, i in INPUT_CASES},
    **{f"tags-{a}": {"architecture": a, "tags": TAGS} for a in ("skipgram", "cbow", "dbow")},
}


def case_of(case, options, dim=24, **changes):
    n_rows = N_ROWS if "bags" in options else N_WORDS
    setting = make_setting(n_rows=n_rows, **{**ROUNDS, **options, **changes})
    tables = [*start_tables(CASES[case], dim, n_rows=n_rows)]
    if setting.tags is not None:
        tables.append(np.random.default_rng(6).normal(0, 0.4, (14, dim)).astype(np.float32))
    return CASES[case], setting, tables


def test_the_last_round_of_an_epoch_is_shorter():
    assert [len(each) for each in rounds(make_setting(**ROUNDS))] == [8, 5, 8, 5]


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("case", CASES)
def test_equals_twin(isa, case):
    check_against_twin(isa, *case_of(case, {"architecture": "skipgram"}))


@pytest.mark.parametrize("options", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("case", ["negatives", "hierarchical", "full-softmax"])
def test_all_inputs_equal_twin(case, options):
    check_against_twin(None, *case_of(case, options))


def check_against_twin(isa, objective, setting, tables):
    trained, totals = train_native(isa, objective, setting, tables)
    expected, total_loss, n_targets = train_twin(objective, setting, tables)
    dim = tables[0].shape[1]
    n_steps = sum(len(batch) for batch in walk(setting, selector_for(objective, dim)))
    starts = tables
    if setting.positions:
        starts = [*tables, np.ones((2 * setting.window, dim))]
    if setting.architecture == "dbow":
        trained, expected, starts = trained[1:], expected[1:], starts[1:]
    assert_equal_but_for_rounding(trained, expected, starts, n_steps)
    assert totals.targets == n_targets
    assert totals.tokens == sum(map(len, setting.sentences)) * setting.epochs
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)


def all_of(trained):
    tables, totals = trained
    numbers = totals.chunks, totals.tokens, totals.targets, totals.loss
    return [table.tobytes() for table in tables], numbers


@pytest.mark.parametrize("options", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("case", CASES)
def test_threads_and_interruptions_make_no_difference(case, options):
    objective, setting, tables = case_of(case, options, window=14)
    one = all_of(train_native(None, objective, setting, tables))
    for n_threads in (2, 4, 11):
        assert all_of(train_native(None, objective, setting, tables, n_threads)) == one
    parts = [(0, 3), (8, 9), (13, 26)]  # to the end of a round, each
    assert all_of(train_native(None, objective, setting, tables, 3, parts))[0] == one[0]
    by_default = replace(setting, deterministic=False)
    assert all_of(train_native(None, objective, by_default, tables)) != one


@pytest.mark.parametrize("labels", ["one", "several", "weighted"])
@pytest.mark.parametrize("case", LABEL_CASES)
def test_threads_make_no_difference_to_documents(case, labels):
    setting = make_documents(labels, epochs=2, chunk_tokens=7, deterministic=True)
    tables = start_tables(LABEL_CASES[case], 24, n_rows=N_ROWS)
    one, *others = (
        all_of(train_native(None, LABEL_CASES[case], setting, tables, n)) for n in (1, 2, 4)
    )
    assert others == [one, one]


def test_a_text_of_one_chunk_is_trained_as_by_default():
    objective, setting, tables = case_of("hierarchical", {}, chunk_tokens=1000, epochs=1)
    by_default = replace(setting, deterministic=False)
    trained, _ = train_native(None, objective, setting, tables)
    expected, _ = train_native(None, objective, by_default, tables)
    for table, other in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, other, rtol=0, atol=1e-6)


def test_training_begins_where_a_round_does():
    objective, setting, tables = case_of("negatives", {})
    for first in (3, 12, 20):
        with pytest.raises(ValueError, match="deterministic training begins where a round does"):
            train_native(None, objective, setting, tables, 1, [(first, 26)])

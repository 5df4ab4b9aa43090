"""Every architecture × objective on the device "cpu" against the float64 twin, draw by draw."""

import numpy as np
import pytest
from device_runs import train_on_device
from harness import (
    CASES,
    EPS,
    INPUT_CASES,
    INPUTS,
    N_ROWS,
    N_WORDS,
    bound_to,
    counts_of,
    make_setting,
    start_tables,
)
from reference import device as twin
from twins import selector_for
from word_architectures import WORD_ARCHITECTURES

from huffvec.noise import proposal_probs
from huffvec.objectives import ImportanceSampling

pytest.importorskip("torch")

STEP = 20  # targets of a step


def selector_of(objective, dim, n_words):
    if not isinstance(objective, ImportanceSampling):
        return selector_for(objective, dim, n_words)
    probs = proposal_probs(counts_of(n_words), objective.proposal).tolist()
    enough = objective.effective_samples, objective.max_samples
    return twin.FurtherDraws(probs, objective.samples, *enough)


def check_against_twin(objective, setting, dim, tables, n_words=N_WORDS):
    bound = bound_to(objective, counts_of(n_words), dim)
    trained, trainer = train_on_device(bound, setting, tables, targets_at_once=STEP)
    expected = twin.Tables(setting, *tables)
    loss, n_targets = twin.train(
        setting, selector_of(objective, dim, n_words), expected, STEP, trainer.chunks_at_once
    )
    totals = trainer.totals()
    assert totals.targets == n_targets
    assert totals.tokens == sum(map(len, setting.sentences)) * setting.epochs
    assert totals.loss == pytest.approx(loss, rel=1e-5)
    names = ["inputs", "outputs", *(["tags"] if setting.tags else [])]
    names += ["positions"] if setting.positions else []
    for name, table in zip(names, trained, strict=True):
        wanted = getattr(expected, name)
        atol = 400 * EPS * np.abs(wanted).max()
        np.testing.assert_allclose(table, wanted, rtol=0, atol=atol, err_msg=name)
    for table, start in zip(trained, tables, strict=False):
        assert np.abs(table - start).max() > 1e-2, "the test must be able to fail"


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("dim", "changes"),
    [
        (5, {"epochs": 2, "chunk_tokens": 7}),  # sentences longer than a chunk; several blocks
        (24, {"window": 14, "fixed_radius": True, "frozen": [k % 3 == 1 for k in range(N_WORDS)]}),
        (8, {"window": 39, "start_lr": 0.5, "mean_exponent": 0.0}),  # steps are shortened
    ],
)
def test_steps_equal_those_of_the_twin(architecture, case, dim, changes):
    setting = make_setting(architecture=architecture, **changes)
    check_against_twin(CASES[case], setting, dim, start_tables(CASES[case], dim))


@pytest.mark.parametrize(("architecture", "inputs"), INPUT_CASES)
@pytest.mark.parametrize("case", ["negatives", "hierarchical", "sampled"])
def test_bags_and_positions_equal_those_of_the_twin(architecture, inputs, case):
    n_rows = N_ROWS if "bags" in inputs else N_WORDS
    setting = make_setting(architecture=architecture, n_rows=n_rows, window=3, **INPUTS[inputs])
    check_against_twin(CASES[case], setting, 5, start_tables(CASES[case], 5, n_rows=n_rows))

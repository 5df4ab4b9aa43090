"""Documents × every objective × instruction set against the float64 twin.

A new objective joins by its cases in harness.py and its twin in twins.py.
"""

import numpy as np
import pytest
from harness import (
    LABEL_CASES,
    N_ROWS,
    N_WORDS,
    assert_equal_but_for_rounding,
    make_documents,
    start_tables,
    train_native,
)
from reference.setting import Documents
from reference.training import step_by_differences, walk
from twins import selector_for, train_twin

from huffvec.engine import available
from huffvec.objectives import LABEL_OBJECTIVES, NegativeSampling

LABELS = ["one", "several", "weighted"]


def test_every_objective_for_labels_has_a_case() -> None:
    assert {type(objective) for objective in LABEL_CASES.values()} >= set(LABEL_OBJECTIVES.values())


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("case", LABEL_CASES)
@pytest.mark.parametrize(
    ("dim", "changes"), [(5, {}), (40, {"epochs": 2, "chunk_tokens": 7, "start_lr": 0.03})]
)
def test_engine_equals_twin(isa, labels, case, dim, changes):
    objective, setting = LABEL_CASES[case], make_documents(labels, **changes)
    tables = start_tables(objective, dim, n_rows=N_ROWS)
    trained, totals = train_native(isa, objective, setting, tables)
    expected, total_loss, n_targets = train_twin(objective, setting, tables)
    n_steps = sum(len(batch) for batch in walk(setting, selector_for(objective, dim)))
    assert_equal_but_for_rounding(trained, expected, tables, n_steps)
    assert totals.targets == n_targets
    assert totals.tokens == sum(map(len, setting.sentences)) * setting.epochs
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)


@pytest.mark.parametrize("labels", ["one", "weighted"])
@pytest.mark.parametrize("case", LABEL_CASES)
def test_gradients_equal_finite_differences_of_the_loss(labels, case):
    objective, setting = LABEL_CASES[case], make_documents(labels, n_documents=7)
    tables = start_tables(objective, dim=3, n_rows=N_ROWS)
    trained, _ = train_native(None, objective, setting, tables)
    expected, _, _ = train_twin(objective, setting, tables, step_by_differences)
    for table, twin in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=2e-6)


def test_labels_of_a_document_are_never_noise():
    """Where a document has all labels, draws are nothing but labels: the output rows only rise."""
    setting = make_documents("several", keep_thresholds=[2**32 - 1] * N_WORDS)
    setting.sentences, setting.documents = [[*range(N_WORDS)]], Documents([[(0, 1.0)]])
    objective = NegativeSampling(samples=20)
    tables = start_tables(objective, 4, n_rows=N_ROWS)
    (_, outputs), totals = train_native(None, objective, setting, tables)
    assert totals.targets == N_WORDS
    assert ((outputs - tables[1]) @ tables[0][0] > 0).all()


@pytest.mark.parametrize("case", ["one-vs-all"])
@pytest.mark.parametrize("chunk_tokens", [6, 7, 8, 9, 10])
def test_chunks_never_part_the_labels_of_a_document(case, chunk_tokens):
    everything = [2**32 - 1] * N_WORDS
    setting = make_documents("several", chunk_tokens=chunk_tokens, keep_thresholds=everything)
    n_documents = sum(map(bool, setting.sentences))
    objective = LABEL_CASES[case]
    tables = start_tables(objective, 5, n_rows=N_ROWS)
    assert train_native(None, objective, setting, tables)[1].targets == n_documents

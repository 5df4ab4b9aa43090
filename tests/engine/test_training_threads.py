"""Threads that train at once, with every objective and every kind of input.

What they count is exact; ThreadSanitizer looks at the rest (`make sanitize`).
"""

import pytest
from harness import (
    BAGS,
    CASES,
    INPUT_CASES,
    INPUTS,
    LABEL_CASES,
    N_ROWS,
    N_WORDS,
    make_documents,
    make_setting,
    start_tables,
    train_native,
)

FROZEN = [k % 3 == 1 for k in range(N_WORDS)]
SETTINGS = {
    "rows": {},
    "frozen": {"frozen": FROZEN},
    "bags": {"bags": BAGS, "n_rows": N_ROWS},
}


def totals(case, n_threads, **changes):
    setting = make_setting(chunk_tokens=7, epochs=6, window=14, **changes)
    tables = start_tables(CASES[case], 24, n_rows=changes.get("n_rows", N_WORDS))
    return train_native(None, CASES[case], setting, tables, n_threads)[1]


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("inputs", SETTINGS)
@pytest.mark.parametrize("case", CASES)
def test_threads_train_all_targets(case, inputs, architecture):
    options = {"architecture": architecture, **SETTINGS[inputs]}
    one, three = (totals(case, n_threads, **options) for n_threads in (1, 3))
    assert (three.chunks, three.tokens, three.targets) == (one.chunks, one.tokens, one.targets)
    assert three.loss == pytest.approx(one.loss, rel=0.2)


@pytest.mark.parametrize("inputs", [kind for kind in INPUTS if "positions" in kind])
def test_threads_share_vectors_of_positions(inputs):
    assert ("cbow", inputs) in INPUT_CASES
    options = {"architecture": "cbow", **INPUTS[inputs]}
    options |= {"n_rows": N_ROWS} if "bags" in inputs else {}
    one, three = (totals("negatives", n_threads, **options) for n_threads in (1, 3))
    assert three.targets == one.targets
    assert three.loss == pytest.approx(one.loss, rel=0.2)


@pytest.mark.parametrize("case", LABEL_CASES)
def test_threads_train_all_documents(case):
    setting = make_documents("weighted", epochs=6, chunk_tokens=7)
    tables = start_tables(LABEL_CASES[case], 24, n_rows=N_ROWS)
    one, three = (
        train_native(None, LABEL_CASES[case], setting, tables, n_threads)[1] for n_threads in (1, 3)
    )
    assert (three.chunks, three.tokens, three.targets) == (one.chunks, one.tokens, one.targets)
    assert three.loss == pytest.approx(one.loss, rel=0.2)

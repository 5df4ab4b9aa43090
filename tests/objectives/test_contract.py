"""Every architecture × objective × instruction set against the float64 twin.

A new objective joins by its cases and its twin in harness.py.
"""

from dataclasses import replace

import numpy as np
import pytest
from harness import (
    BAGS,
    CASES,
    COUNTS,
    EPS,
    INPUT_CASES,
    INPUTS,
    N_ROWS,
    N_WORDS,
    assert_equal_but_for_rounding,
    bound_to,
    make_setting,
    start_tables,
    train_native,
)
from reference.huffman import huffman_codes
from reference.selectors import (
    AllWords,
)
from reference.training import Slotted, loss, step_by_differences, walk
from twins import selector_for, train_twin
from word_architectures import WORD_ARCHITECTURES

from huffvec.engine import available
from huffvec.objectives import (
    OBJECTIVES,
    HierarchicalSoftmax,
    SampledSoftmax,
    from_dict,
)

# At a rate at which no steps are shortened.
SEVERAL_TILES = {"window": 14, "epochs": 2, "chunk_tokens": 30, "start_lr": 0.02, "end_lr": 0.01}


def test_every_objective_has_a_case() -> None:
    assert {type(objective) for objective in CASES.values()} == set(OBJECTIVES.values())


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("dim", "changes"),
    [
        (5, {}),
        (16, {"window": 1, "mean_exponent": 0.0}),
        (40, SEVERAL_TILES),
        (33, {"chunk_tokens": 7}),  # sentences longer than a chunk
        (24, {"window": 3, "fixed_radius": True}),
        (8, {"window": 39, "fixed_radius": True}),  # whole sentences: window "all"
        (24, {"frozen": [k % 3 == 1 for k in range(N_WORDS)]}),
    ],
)
def test_engine_equals_twin(isa, architecture, case, dim, changes):
    setting = make_setting(architecture=architecture, **changes)
    check_against_twin(isa, CASES[case], setting, dim, N_WORDS)


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("case", CASES)
def test_engine_equals_twin_with_more_words_than_a_batch_has_inputs(isa, case):
    setting = make_setting(n_words=300, chunk_tokens=60)
    check_against_twin(isa, CASES[case], setting, 24, 300)


def check_against_twin(isa, objective, setting, dim, n_words):
    tables = start_tables(objective, dim, n_words)
    trained, totals = train_native(isa, objective, setting, tables)
    expected, total_loss, n_targets = train_twin(objective, setting, tables)
    n_steps = sum(len(batch) for batch in walk(setting, selector_for(objective, dim, n_words)))
    assert_equal_but_for_rounding(trained, expected, tables, n_steps)
    assert totals.targets == n_targets
    assert totals.tokens == sum(map(len, setting.sentences)) * setting.epochs
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize(("architecture", "inputs"), INPUT_CASES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("dim", "changes"),
    [(5, {"window": 3}), (72, SEVERAL_TILES)],
)
def test_bags_and_positions_equal_twin(isa, architecture, inputs, case, dim, changes):
    objective = CASES[case]
    n_rows = N_ROWS if "bags" in inputs else N_WORDS
    setting = make_setting(architecture=architecture, n_rows=n_rows, **INPUTS[inputs], **changes)
    tables = start_tables(objective, dim, n_rows=n_rows)
    trained, totals = train_native(isa, objective, setting, tables)
    expected, total_loss, n_targets = train_twin(objective, setting, tables)
    n_steps = sum(len(batch) for batch in walk(setting, selector_for(objective, dim)))
    starts = (*tables, np.ones((2 * setting.window, dim)))[: len(trained)]
    assert_equal_but_for_rounding(trained, expected, starts, n_steps)
    assert totals.targets == n_targets
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)


# Rows of a mean get what the chain rule says.
CHAIN_RULE = {"mean_scale": 1.0, "mean_exponent": 1.0}


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize(("architecture", "inputs"), INPUT_CASES)
@pytest.mark.parametrize("case", ["negatives", "hierarchical", "full-softmax"])
def test_gradients_of_bags_and_positions_equal_finite_differences(isa, architecture, inputs, case):
    if case == "full-softmax" and "positions" in inputs:
        pytest.skip("in batches, products are made with what earlier windows left")
    objective, options = CASES[case], {**INPUTS[inputs], **CHAIN_RULE}
    n_rows = N_ROWS if "bags" in inputs else N_WORDS
    sentences = [[4, 9, 4, 17, 2, 20, 9, 1]]
    setting = make_setting(
        architecture=architecture, sentences=sentences, window=2, n_rows=n_rows, **options
    )
    tables = start_tables(objective, 3, n_rows=n_rows)
    trained, _ = train_native(isa, objective, setting, tables)
    expected, _, _ = train_twin(objective, setting, tables, step_by_differences)
    for table, twin in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=2e-6)


@pytest.mark.parametrize(("architecture", "inputs"), INPUT_CASES)
def test_rows_of_bags_take_the_gradient_of_the_whole_loss(architecture, inputs):
    """At a small learning rate a chunk changes rows by the gradient of the sum of its losses."""
    objective, lr = CASES["hierarchical"], 1e-3
    n_rows = N_ROWS if "bags" in inputs else N_WORDS
    setting = make_setting(
        architecture=architecture, n_rows=n_rows, start_lr=lr, end_lr=lr,
        sentences=[[4, 9, 4, 17, 2, 20, 9, 1]], **{**INPUTS[inputs], **CHAIN_RULE},
    )  # fmt: skip
    tables = start_tables(objective, 4, n_rows=n_rows)
    trained, _ = train_native(None, objective, setting, tables)
    batches = list(walk(setting, selector_for(objective, 4)))

    def whole_loss(rows):
        slotted = Slotted(setting, rows, None)
        total = 0.0
        for batch in batches:  # nothing is trained, so that slots hold the means of their rows
            for one in batch:
                slotted.run(one.tile.before)
            total += loss(batch, slotted.rows, tables[1].astype(np.float64), setting)
        return total

    rows, width = tables[0].astype(np.float64), 1e-5
    words = setting.sentences[0]
    for row in sorted({row for w in words for row in (BAGS[w] if setting.bags else [w])})[:12]:
        for d in range(2):
            above, below = rows.copy(), rows.copy()
            above[row, d] += width
            below[row, d] -= width
            gradient = (whole_loss(above) - whole_loss(below)) / (2 * width)
            change = float(trained[0][row, d]) - rows[row, d]
            assert change == pytest.approx(-lr * gradient, rel=0.03, abs=3e-6)


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("case", CASES)
def test_gradients_equal_finite_differences_of_the_loss(isa, architecture, case):
    objective = CASES[case]
    setting = make_setting(architecture=architecture, sentences=[[4, 9, 4, 17, 2, 20, 9]], window=2)
    tables = start_tables(objective, dim=3)
    trained, _ = train_native(isa, objective, setting, tables)
    expected, _, _ = train_twin(objective, setting, tables, step_by_differences)
    for table, twin in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=2e-6)


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
def test_with_all_words_as_samples_it_is_the_full_softmax(isa, architecture):
    objective = SampledSoftmax(samples=1_000, proposal="uniform")  # P(a word is missing) < 1e-17
    setting = make_setting(architecture=architecture)
    tables = start_tables(objective, dim=8)
    trained, totals = train_native(isa, objective, setting, tables)
    expected, total_loss, _ = train_twin(AllWords(N_WORDS), setting, tables)
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)
    for table, twin in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=600 * EPS * np.abs(twin).max())


@pytest.mark.parametrize("case", CASES)
def test_one_thread_gives_identical_bytes_and_another_seed_others(case):
    objective, setting = CASES[case], make_setting(chunk_tokens=20)
    tables = start_tables(objective, dim=8)
    first, _ = train_native(None, objective, setting, tables)
    again, _ = train_native(None, objective, setting, tables)
    other, _ = train_native(None, objective, replace(setting, seed=12), tables)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert all((a != b).any() for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_ranges_of_chunks_add_up_to_the_whole_run(case):
    objective, setting = CASES[case], make_setting(chunk_tokens=12, epochs=3)
    tables = start_tables(objective, dim=8)
    whole, _ = train_native(None, objective, setting, tables)
    n_chunks = -(-sum(map(len, setting.sentences)) // 12) * 3
    parts, _ = train_native(
        None, objective, setting, tables, chunk_range=[(0, 5), (5, 6), (6, n_chunks)]
    )
    assert all((a == b).all() for a, b in zip(whole, parts, strict=True))


def test_threads_train_every_token_once():
    setting = make_setting(chunk_tokens=5, epochs=4)
    tables = start_tables(CASES["negatives"], dim=8)
    trained, totals = train_native(None, CASES["negatives"], setting, tables, n_threads=4)
    assert totals.tokens == 4 * sum(map(len, setting.sentences))
    assert np.isfinite(trained[0]).all()
    one_thread = train_native(None, CASES["negatives"], setting, tables)[1]
    assert totals.targets == one_thread.targets


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
def test_permuting_the_word_ids_permutes_the_result(architecture):
    """With a tree that is permuted along; noise draws are bound to ids, so not with negatives."""
    objective = HierarchicalSoftmax()
    setting = make_setting(architecture=architecture)
    new_id = np.random.default_rng(3).permutation(N_WORDS)
    tables = start_tables(objective, dim=8)
    trained, _ = train_native(None, objective, setting, tables)

    class Permuted:
        def output_layer(self, native):
            paths = huffman_codes(COUNTS.tolist())
            paths = [paths[old] for old in np.argsort(new_id)]
            return native.HierarchicalSoftmax(
                np.cumsum([0] + [len(p) for p in paths]).astype(np.int64),
                np.array([node for p in paths for node, _ in p], np.int32),
                np.array([bit for p in paths for _, bit in p], np.uint8),
            )

    permuted = replace(
        setting,
        sentences=[[int(new_id[w]) for w in s] for s in setting.sentences],
        keep_thresholds=[setting.keep_thresholds[old] for old in np.argsort(new_id)],
    )
    moved = tables[0][np.argsort(new_id)]
    again, _ = train_native(None, Permuted(), permuted, (moved, tables[1]))
    assert (again[0][new_id] == trained[0]).all()
    assert (again[1] == trained[1]).all()


@pytest.mark.parametrize("case", CASES)
def test_probabilities_sum_to_one(case):
    objective = CASES[case]
    inputs, outputs = start_tables(objective, dim=6)
    for hidden in inputs[:4] * 3:
        log_probs = bound_to(objective, COUNTS, dim=6).predictor(outputs).log_probs(hidden)
        assert log_probs.shape == (N_WORDS,)
        np.testing.assert_allclose(np.exp(log_probs).sum(), 1, rtol=1e-6)


def test_hierarchical_log_probs_are_minus_the_losses_of_training():
    objective = HierarchicalSoftmax()
    inputs, outputs = start_tables(objective, dim=6)
    log_probs = bound_to(objective, COUNTS, dim=6).predictor(outputs).log_probs(inputs[3])
    for word, path in enumerate(huffman_codes(COUNTS.tolist())):
        signs = np.array([1 - 2 * bit for _, bit in path])
        scores = outputs[[node for node, _ in path]].astype(np.float64) @ inputs[3]
        np.testing.assert_allclose(log_probs[word], -np.logaddexp(0, -signs * scores).sum(), 1e-5)


@pytest.mark.parametrize("case", CASES)
def test_objectives_survive_their_dict(case):
    assert from_dict(CASES[case].to_dict()) == CASES[case]


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0, 400.0])  # scores up to about 1,000
@pytest.mark.parametrize("case", ["hierarchical", "sampled", "full-softmax"])
def test_loss_and_gradient_are_exact_where_links_saturate(isa, scale, case):
    """No tables and no clipping: a confidently wrong score keeps its full gradient."""
    objective = CASES[case]
    lr = min(1e-3 / scale, 0.05)  # at which steps are not shortened
    setting = make_setting(start_lr=lr, end_lr=lr)
    inputs, outputs = start_tables(objective, dim=4)
    tables = (inputs * np.float32(scale), outputs)
    trained, totals = train_native(isa, objective, setting, tables)
    expected, total_loss, _ = train_twin(objective, setting, tables)
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)
    for table, twin in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=600 * EPS * np.abs(twin).max())

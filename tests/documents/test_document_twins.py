"""The architectures of documents × every objective against the float64 twin."""

import numpy as np
import pytest
from harness import (
    BAGS,
    CASES,
    N_ROWS,
    N_WORDS,
    assert_equal_but_for_rounding,
    bound_to,
    counts_of,
    make_setting,
    start_tables,
    train_native,
)
from reference.training import Slotted, hidden_vectors, step_by_differences, walk
from topic_texts import DOCUMENTS
from twins import selector_for, train_twin

from huffvec import Model, Subwords, Vocabulary
from huffvec.architectures.contexts import Contexts
from huffvec.config import TrainingConfig
from huffvec.objectives import HierarchicalSoftmax

# Several tags, one that documents share (2), none, and more than a tile has inputs. The sentences
# have 1, 2, 40, 3, 25, 1 and 17 words; an empty one is put between them.
TAGS = [[0], [1, 2], [2, 9, 3], [4], [], [12], [5, 2], list(range(20, 33))]
N_TAGS = 34
# What the engine calls an architecture whose inputs are tags besides.
ENGINE = {"dbow": "dbow", "dbow-words": "skipgram", "dm": "cbow"}
SUBWORDS = Subwords(buckets=N_ROWS - N_WORDS)

CASES_OF_INPUTS = [
    (name, bags) for name in ENGINE for bags in (False, True) if not (bags and name == "dbow")
]


def documents_of(architecture, bags=False, **changes):
    setting = make_setting(
        architecture=ENGINE[architecture],
        n_rows=N_ROWS if bags else N_WORDS,
        bags=BAGS if bags else None,
        tags=TAGS,
        **changes,
    )
    if "sentences" not in changes:
        setting.sentences.insert(4, [])
    return setting


def tables_of(objective, setting, dim):
    tags = np.random.default_rng(6).normal(0, 0.4, (N_TAGS, dim)).astype(np.float32)
    return (*start_tables(objective, dim, n_rows=setting.n_rows), tags)


def test_all_architectures_of_documents_are_here():
    assert list(ENGINE) == DOCUMENTS


@pytest.mark.parametrize("architecture", ENGINE)
@pytest.mark.parametrize("case", CASES)
def test_engine_equals_twin(architecture, case):
    objective, dim = CASES[case], 20
    setting = documents_of(architecture, window=4, chunk_tokens=15)
    check_against_twin(objective, setting, dim)


@pytest.mark.parametrize("architecture", ENGINE)
@pytest.mark.parametrize("changes", [{"chunk_tokens": 7}, {"window": 39, "fixed_radius": True}])
def test_documents_longer_than_a_chunk_and_whole_as_windows(architecture, changes):
    check_against_twin(CASES["negatives"], documents_of(architecture, **changes), 5)


@pytest.mark.parametrize("architecture", ["dm", "dbow-words"])
@pytest.mark.parametrize("case", ["negatives", "hierarchical", "full-softmax"])
@pytest.mark.parametrize("mean_exponent", [1.0, 0.5])
def test_with_subwords(architecture, case, mean_exponent):
    setting = documents_of(architecture, bags=True, window=3, mean_exponent=mean_exponent)
    check_against_twin(CASES[case], setting, 24)


def check_against_twin(objective, setting, dim):
    tables = tables_of(objective, setting, dim)
    trained, totals = train_native(None, objective, setting, tables)
    expected, total_loss, n_targets = train_twin(objective, setting, tables)
    n_steps = sum(len(batch) for batch in walk(setting, selector_for(objective, dim)))
    if setting.architecture == "dbow":  # words have no vectors, and these stay as they are
        assert (trained[0] == tables[0]).all()
        trained, expected, tables = trained[1:], expected[1:], tables[1:]
    assert_equal_but_for_rounding(trained, expected, tables, n_steps)
    assert totals.targets == n_targets
    assert totals.tokens == sum(map(len, setting.sentences)) * setting.epochs
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)


@pytest.mark.parametrize(("architecture", "bags"), CASES_OF_INPUTS)
@pytest.mark.parametrize("case", ["negatives", "hierarchical", "full-softmax"])
def test_gradients_equal_finite_differences(architecture, bags, case):
    if (architecture, bags, case) == ("dm", True, "full-softmax"):
        pytest.skip("in a batch, a tag has another weight in each window's mean")
    objective = CASES[case]
    sentences = [[4, 9, 4, 17, 2], [], [20, 9], [7], *[[] for _ in TAGS[4:]]]
    setting = documents_of(architecture, bags, sentences=sentences, window=2)
    tables = tables_of(objective, setting, 3)
    trained, _ = train_native(None, objective, setting, tables)
    expected, _, _ = train_twin(objective, setting, tables, step_by_differences)
    for table, twin in zip(trained, expected, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=2e-6)


def test_one_thread_gives_identical_bytes_and_several_train_every_token():
    setting = documents_of("dm", chunk_tokens=5, epochs=3)
    tables = tables_of(CASES["negatives"], setting, 8)
    first, totals = train_native(None, CASES["negatives"], setting, tables)
    again, _ = train_native(None, CASES["negatives"], setting, tables)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    trained, others = train_native(None, CASES["negatives"], setting, tables, n_threads=4)
    assert (others.tokens, others.targets) == (totals.tokens, totals.targets)
    assert np.isfinite(trained[2]).all()


@pytest.mark.parametrize(("architecture", "bags"), CASES_OF_INPUTS)
def test_what_models_predict_from_is_what_tiles_train(architecture, bags):
    objective = HierarchicalSoftmax()  # whose loss is -log p(target)
    sentences = [[4, 9, 4, 17, 2, 20, 9], [], [20], [7, 8], *[[] for _ in TAGS[4:]]]
    setting = documents_of(architecture, bags, sentences=sentences, window=3, fixed_radius=True)
    setting.keep_thresholds = [2**32 - 1] * N_WORDS
    tables = tables_of(objective, setting, 6)
    model = model_of(objective, architecture, bags, tables)
    if bags:
        offsets, row_ids = SUBWORDS.bags(model.vocabulary)
        setting.bags = [part.tolist() for part in np.split(row_ids, offsets[1:-1])]
    inputs, outputs, tags = (table.astype(np.float64) for table in tables)
    slotted = Slotted(setting, inputs, tags)
    steps = [step for batch in walk(setting, selector_for(objective, 6)) for step in batch]
    places = [(d, pos) for d, sentence in enumerate(sentences) for pos in range(len(sentence))]
    for (d, pos), step in zip(places, steps, strict=True):
        sentence = sentences[d]
        around = sentence[max(0, pos - 3) : pos] + sentence[pos + 1 : pos + 4]
        asked = {
            "context": [f"w{w}" for w in around] if architecture != "dbow" else [],
            "document": [f"tag{tag}" for tag in TAGS[d]],
        }
        slotted.run(step.tile.before)
        expected = hidden_vectors(step, slotted.rows, setting)
        slotted.run(step.tile.after)
        if architecture == "dm":
            found = model.hidden(**asked)
        else:  # a word that stands twice is asked for once
            contexts = Contexts(*asked_ids(around if asked["context"] else [], TAGS[d]))
            hidden = model.hidden_of(contexts)
            found = hidden.vectors[hidden.uses]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
        losses = [step.outputs.loss(h, outputs) for h in expected]
        log_prob = np.logaddexp.reduce(np.negative(losses)) - np.log(len(losses))
        assert model.log_prob(f"w{sentence[pos]}", **asked) == pytest.approx(log_prob, rel=1e-5)
        assert sum(p.probability for p in model.predict(**asked, k=N_WORDS)) == pytest.approx(1)


def asked_ids(words, tags):
    start = np.zeros(1, np.int64)
    return np.array(words, int), start, np.ones(len(words), int), np.array(tags), start


def model_of(objective, architecture, bags, tables):
    inputs, outputs, tags = tables
    config = TrainingConfig(architecture=architecture, dim=6)
    vocabulary = Vocabulary([f"w{k}" for k in range(N_WORDS)], counts_of(N_WORDS))
    if bags:
        config = config.but(subwords=SUBWORDS)
    weights = {"input_vectors": inputs, "output_vectors": outputs, "document_vectors": tags}
    names = Vocabulary([f"tag{k}" for k in range(N_TAGS)], np.ones(N_TAGS, np.int64))
    return Model(vocabulary, weights, bound_to(objective, vocabulary.counts, 6), config, names)

"""Vocabularies whose counts do not fall: ids stay as given, and objectives go by frequency."""

import numpy as np
import pytest
from harness import CASES, N_WORDS, bound_to, counts_of

import huffvec
from huffvec import objectives
from huffvec.config import TrainingConfig
from huffvec.corpus.ranks import by_falling_counts, ranks_of
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.noise import proposal_probs
from huffvec.objectives import AdaptiveSoftmax, DifferentiatedSoftmax, HierarchicalSoftmax
from huffvec.training.run import TrainingRun
from huffvec.trees import TREES

RNG = np.random.default_rng(3)
SORTED = counts_of(N_WORDS) + N_WORDS - np.arange(N_WORDS)  # all different
IDS = RNG.permutation(N_WORDS)  # by rank
SHUFFLED = np.empty_like(SORTED)
SHUFFLED[IDS] = SORTED
SENTENCES = RNG.choice(N_WORDS, 3_000, p=SORTED / SORTED.sum())
# What is left of these is drawn by id, and differs when ids do.
NOISE = ("negatives", "nce", "sampled", "blackout", "target-sampling")
EXACT = [case for case in CASES if not any(name in case for name in NOISE)]


def trained(objective, counts, ids):
    """Train on ranks that are given as other ids, from rows that depend on the rank alone."""
    corpus = Sentences.from_arrays(ids[SENTENCES], np.arange(0, 3_001, 20))
    vocabulary = Vocabulary([f"w{i}" for i in range(N_WORDS)], counts)
    config = TrainingConfig(dim=40, epochs=1, min_count=1, n_threads=1, subsample_threshold=0)
    run = TrainingRun(corpus, vocabulary, objective, config)
    rows = np.random.default_rng(9).normal(0, 0.2, (N_WORDS, 40))
    run.weights["input_vectors"][ids] = rows
    run.train(huffvec.training.callbacks.Callback())
    return run.model()


@pytest.mark.parametrize("case", EXACT)
def test_training_does_not_depend_on_the_order_of_ids(case):
    expected = trained(CASES[case], SORTED, np.arange(N_WORDS))
    model = trained(CASES[case], SHUFFLED, IDS)
    np.testing.assert_allclose(model.input_vectors[IDS], expected.input_vectors, atol=1e-4)
    h = expected.input_vectors[5]
    log_probs = model.predictor.log_probs(h)[IDS]
    np.testing.assert_allclose(log_probs, expected.predictor.log_probs(h), atol=1e-3)
    assert np.ptp(log_probs) > 0.5, "the test must be able to fail"
    hidden, rows, targets = expected.input_vectors[:4], np.array([3, 0, 3]), np.array([2, 20, 7])
    np.testing.assert_allclose(
        model.predictor.target_log_probs(hidden, rows, IDS[targets]),
        expected.predictor.target_log_probs(hidden, rows, targets),
        atol=1e-3,
    )


@pytest.mark.parametrize("cls", objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def test_every_objective_takes_rising_counts(cls, tmp_path):
    words = [f"w{i}" for i in range(N_WORDS)]
    counts = np.arange(1, N_WORDS + 1) ** 2
    draws = np.random.default_rng(8)
    text = [words[i] for i in draws.choice(N_WORDS, 4_000, p=counts / counts.sum())]
    sentences = [text[i : i + 20] for i in range(0, 4_000, 20)]
    vocabulary = huffvec.Vocabulary(words, counts)
    options = {"dim": 40, "epochs": 8, "learning_rate": 0.1, "n_threads": 1}
    model = huffvec.train(sentences, cls(), vocabulary=vocabulary, **options)
    assert model.vocabulary.words == words
    model.save(tmp_path / "m.hv")
    model = huffvec.load(tmp_path / "m.hv")
    log_probs = [model.log_prob(word, "w3") for word in words]
    np.testing.assert_allclose(np.exp(log_probs).sum(), 1, rtol=1e-5)
    frequent, rare = np.exp(log_probs[-5:]).sum(), np.exp(log_probs[:5]).sum()
    assert frequent > 3 * rare
    assert [p.word for p in model.predict("w3", N_WORDS)] == [
        words[i] for i in np.argsort(-np.array(log_probs), kind="stable")
    ]
    more = huffvec.train_more(model, sentences, epochs=1)
    assert more.vocabulary.words[0] == words[-1]  # sorted anew, and ids with it


@pytest.mark.parametrize("cls", [AdaptiveSoftmax, DifferentiatedSoftmax])
def test_damaged_ranks(cls):
    bound = bound_to(cls(), SHUFFLED, 40)
    arrays = bound.arrays()
    bound.check(np.zeros((bound.n_outputs, 40), np.float32))
    assert "ranks" not in bound_to(cls(), SORTED, 40).arrays()
    for ranks in (arrays["ranks"][1:], arrays["ranks"] * 0, arrays["ranks"].astype(np.int64)):
        with pytest.raises(FormatError, match="ranks must be the numbers from 0 to 22, each once"):
            cls().restore(SHUFFLED, {**arrays, "ranks": ranks})
    (name,) = arrays.keys() - {"ranks"}
    for table in ({}, {name: arrays[name][:, 1:]}, {name: arrays[name][0, 0]}):
        with pytest.raises(FormatError, match=f"{name} must be a table of int32 with 5 columns"):
            cls().restore(SHUFFLED, table)


@pytest.mark.parametrize("name", [name for name in TREES if name != "random"])
def test_trees_go_by_counts(name):
    expected, tree = TREES[name](SORTED), TREES[name](SHUFFLED)
    for rank, word_id in enumerate(IDS.tolist()):
        path, own = expected.path(rank), tree.path(word_id)
        assert expected.path_ids[path].tolist() == tree.path_ids[own].tolist()
        assert expected.codes[path].tolist() == tree.codes[own].tolist()
    tree.children  # noqa: B018  (checks that it is one)


@pytest.mark.parametrize("proposal", ["log-uniform", "unigram^0.75", "uniform"])
def test_proposals_go_by_counts(proposal):
    np.testing.assert_allclose(
        proposal_probs(SHUFFLED, proposal)[IDS], proposal_probs(SORTED, proposal)
    )


def test_ranks():
    counts = np.array([3, 9, 3, 1])
    assert by_falling_counts(counts).tolist() == [1, 0, 2, 3]
    assert ranks_of(counts).tolist() == [1, 0, 2, 3]
    assert ranks_of(SHUFFLED)[IDS].tolist() == list(range(N_WORDS))


def test_a_model_with_a_given_tree_keeps_its_ids():
    tree = TREES["huffman"](SHUFFLED)
    model = trained(HierarchicalSoftmax(tree), SHUFFLED, IDS)
    assert model.tables["path_offsets"].tolist() == tree.path_offsets.tolist()


def test_narrow_rows_are_carried_over_to_sorted_ids():
    model = trained(DifferentiatedSoftmax(), SHUFFLED, IDS)
    bound = bound_to(model.objective, SORTED, 40)
    rows = np.zeros((bound.n_outputs, 40), np.float32)
    assert len(rows) < N_WORDS, "several rows of words must share one of the table"
    bound.carry_over(rows, model.bound, model.output_vectors, IDS)
    h = model.input_vectors[5]
    np.testing.assert_allclose(
        bound.predictor(rows).log_probs(h),
        model.predictor.log_probs(h)[IDS],
        rtol=1e-6,
    )

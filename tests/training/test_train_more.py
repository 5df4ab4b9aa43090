"""Continuing on new text: the vocabulary grows, and what was learned stays."""

import numpy as np
import pytest
from cli_helpers import run, write_english
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import Checkpoints, Subwords, TrainingConfig, Vocabulary, objectives
from huffvec.corpus import Sentences, sentences
from huffvec.corpus.tags import Tags
from huffvec.errors import ConfigError, CorpusError
from huffvec.learning_rates import END_SHARE, learning_rates
from huffvec.objectives.bound import BoundWordRows
from huffvec.training.callbacks import Callback
from huffvec.training.more import carry_over, grow
from huffvec.training.run import TrainingRun
from huffvec.trees import balanced_tree, huffman_tree, random_tree
from huffvec.trees.transfer import transferred_rows

OPTIONS = {"dim": 16, "epochs": 4, "n_threads": 1, "min_count": 2, "learning_rate": 0.05}


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """A text, and a new one in which a zebra does what horses do, and a word occurs once."""
    folder = tmp_path_factory.mktemp("more")
    old, new = write_english(folder / "old.txt"), write_english(folder / "new.txt", 2000, seed=2)
    sentences = new.read_text().splitlines()
    sentences = [s.replace("horse", "zebra") if k % 2 else s for k, s in enumerate(sentences)]
    new.write_text("\n".join([*sentences, "once upon upon"]))
    return old, new


@pytest.fixture(scope="module", params=objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def models(texts, request):
    """A model, and the same continued on the new text."""
    model = huffvec.train(texts[0], request.param(), **OPTIONS)
    return model, huffvec.train_more(model, texts[1])


def test_the_vocabulary_grows(models):
    old, more = (model.vocabulary for model in models)
    assert set(more.words) - set(old.words) == {"zebra", "upon"}
    assert set(old.words) < set(more.words)
    assert list(more.counts) == sorted(more.counts, reverse=True)
    assert more.counts[more.id_of("the")] == 3000 * 2 + 2000 * 2
    assert more.counts[more.id_of("upon")] == 2
    assert more.words != [*old.words, "zebra", "upon"]  # ids have changed


def test_new_words_are_learned_and_old_ones_stay(models):
    old, more = (model.vectors for model in models)
    pets, vehicles = ["cat", "dog", "horse"], ["car", "truck", "train"]
    rows = more[["zebra", *pets, *vehicles]]
    cosines = (rows[1:] @ rows[0]) / np.linalg.norm(rows[1:], axis=1)
    assert cosines[:3].min() > cosines[3:].max()
    unit = [v[pets] / np.linalg.norm(v[pets], axis=1, keepdims=True) for v in (old, more)]
    assert np.einsum("ij,ij->i", *unit).min() > 0.7
    record = models[1].training
    assert record["before"] == models[0].training
    assert record["raw_tokens"] == 2000 * 7 + 3


def test_the_model_itself_is_not_changed(texts):
    model = huffvec.train(texts[0], **OPTIONS)
    before = model.input_vectors.copy(), model.vocabulary.words, dict(model.training)
    huffvec.train_more(model, texts[1])
    assert (model.input_vectors == before[0]).all()
    assert (model.vocabulary.words, model.training) == before[1:]


def test_a_saved_model_continues_as_the_one_in_memory(texts, tmp_path):
    model = huffvec.train(texts[0], huffvec.HierarchicalSoftmax(), **OPTIONS)
    model.save(tmp_path / "m.hv")
    ends = [huffvec.train_more(some, texts[1]) for some in (model, huffvec.load(tmp_path / "m.hv"))]
    assert ends[0].input_vectors.tobytes() == ends[1].input_vectors.tobytes()
    ends[1].save(tmp_path / "more.hv")
    assert huffvec.load(tmp_path / "more.hv").training["before"]["raw_tokens"] == 21_000


def carried(texts, objective, **options):
    """A model, and a run over its own words and three new ones with its weights."""
    model = huffvec.train(texts[0], objective, **OPTIONS, **options)
    new = Vocabulary(["the", "b", "c", "a"], [7, 40_000, 3, 90])
    vocabulary, old_ids = grow(model.vocabulary, new, 5)
    corpus = Sentences.from_arrays([0, 1], [0, 2])
    training = TrainingRun(corpus, vocabulary, objective, model.config)
    carry_over(model, training, old_ids)
    return model, training.model(), old_ids


def test_growing(texts):
    model, more, old_ids = carried(texts, huffvec.NegativeSampling())
    words = model.vocabulary.words
    assert more.vocabulary.words[:1] == ["b"]
    assert "c" not in more.vocabulary
    assert [words[k] if k >= 0 else "new" for k in old_ids] == [
        "new" if word in ("a", "b") else word for word in more.vocabulary.words
    ]
    assert more.vocabulary.counts[more.vocabulary.id_of("the")] == 6007


def test_words_with_equal_counts_are_sorted_by_their_bytes():
    old, new = Vocabulary(["b", "é"], [5, 5]), Vocabulary(["z", "a"], [5, 5])
    assert grow(old, new, 1)[0].words == ["a", "b", "z", "é"]


@pytest.mark.parametrize("cls", objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def test_rows_of_old_words_are_carried_over(texts, cls):
    model, more, old_ids = carried(texts, cls())
    known = np.flatnonzero(old_ids >= 0)
    assert (more.input_vectors[known] == model.input_vectors[old_ids[known]]).all()
    fresh = more.input_vectors[old_ids < 0]
    assert len(np.unique(fresh)) == fresh.size
    assert np.abs(fresh).max() <= 0.5 / 16
    if cls is huffvec.DifferentiatedSoftmax:  # a word in another band has another part's numbers
        old, new = (m.bound.whole_rows(m.output_vectors) for m in (model, more))
        stays = (old[old_ids[known]] != 0) == (new[known] != 0)
        assert stays.all(axis=1).sum() > 2
        assert (new[known][stays] == old[old_ids[known]][stays]).all()
    elif isinstance(model.bound, BoundWordRows):
        assert (more.output_vectors[known] == model.output_vectors[old_ids[known]]).all()
        assert (more.output_vectors[: len(old_ids)][old_ids < 0] == 0).all()


@pytest.mark.parametrize("hash_words", [False, True])
def test_rows_of_ngrams_and_position_vectors_are_carried_over(texts, hash_words):
    """So that every word has the vector that it had, also one that is in no text."""
    subwords = Subwords(3, 4, buckets=700, hash_words=hash_words)
    config = {"architecture": "cbow", "position_weights": True, "subwords": subwords}
    model, more, _ = carried(texts, huffvec.NegativeSampling(), **config)
    assert more.vocabulary.words != model.vocabulary.words
    words = [*model.vocabulary.words, "zebras"]
    assert (more.vectors[words] == model.vectors[words]).all()
    assert (more.position_vectors == model.position_vectors).all()
    assert (model.position_vectors != 1).any()


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
def test_subwords_go_on(texts, architecture):
    config = {"architecture": architecture, "position_weights": architecture == "cbow"}
    model = huffvec.train(texts[0], subwords=Subwords(3, 4, buckets=700), **config, **OPTIONS)
    more = huffvec.train_more(model, texts[1])
    assert len(more.input_vectors) == len(more.vocabulary) + 700
    assert more.vocabulary.words != model.vocabulary.words
    pets, vehicles = ["cat", "dog", "horse"], ["car", "truck", "train"]
    rows = more.vectors[["zebra", *pets, *vehicles]]
    cosines = (rows[1:] @ rows[0]) / np.linalg.norm(rows[1:], axis=1)
    assert cosines[:3].min() > cosines[3:].max()


def test_a_learned_normaliser_keeps_its_value(texts):
    model, more, _ = carried(texts, huffvec.NCE())
    before, after = (m.bound.log_normaliser(m.output_vectors) for m in (model, more))
    assert after == pytest.approx(before, rel=1e-6)
    assert before != pytest.approx(np.log(len(model.vocabulary)))


def test_the_tree_predicts_old_words_as_before(texts):
    """Its nodes are others, but between old words it decides much as it did."""
    model, more, _ = carried(texts, huffvec.HierarchicalSoftmax())
    words = model.vocabulary.words
    for context in ("cat", "drives"):
        before = np.array([model.log_prob(word, context) for word in words])
        after = np.array([more.log_prob(word, context) for word in words])
        assert np.corrcoef(before, after)[0, 1] > 0.85
        more.output_vectors[:], trained = 0.0, more.output_vectors.copy()
        anew = np.array([more.log_prob(word, context) for word in words])
        more.output_vectors[:] = trained
        assert np.corrcoef(before, anew)[0, 1] < 0.7


@pytest.mark.parametrize("make", [huffman_tree, balanced_tree, random_tree])
def test_a_tree_gets_its_own_rows_back(make):
    counts = np.array([90, 40, 30, 22, 9, 5, 5, 3, 1])
    tree = make(counts)
    rows = np.random.default_rng(1).normal(size=(8, 5)).astype(np.float32)
    nodes, found = transferred_rows(tree, rows, tree, np.arange(9))
    assert (nodes == np.arange(8)).all()
    np.testing.assert_allclose(found, rows, rtol=1e-5, atol=1e-5)


def test_transferred_rows_decide_as_the_old_tree_in_the_first_order():
    """Log-odds of the two sides, by brute force in float64 from a model with tiny rows."""
    rng = np.random.default_rng(5)
    old, new = random_tree(np.ones(11, np.int64)), huffman_tree(np.arange(14, 0, -1))
    old_ids = np.array([3, -1, 0, 10, 5, -1, 1, 2, 9, 8, -1, 7, 6, 4])
    rows = rng.normal(size=(10, 4)).astype(np.float32)
    nodes, found = transferred_rows(old, rows, new, old_ids)
    scale, hidden = 1e-6, rng.normal(size=4)
    probs = np.ones(11)
    for word in range(11):
        path = old.path(word)
        signs = 1.0 - 2.0 * old.codes[path]
        scores = scale * rows[old.path_ids[path]].astype(np.float64) @ hidden
        probs[word] = np.prod(1 / (1 + np.exp(-signs * scores)))
    for node in range(13):
        sides = [0.0, 0.0]
        flat = [0.0, 0.0]
        for word in np.flatnonzero(old_ids >= 0).tolist():
            path = new.path(word)
            on_path = np.flatnonzero(new.path_ids[path] == node)
            if on_path.size:
                bit = new.codes[path][on_path[0]]
                sides[bit] += probs[old_ids[word]]
                flat[bit] += 0.5 ** old.depths()[old_ids[word]]
        assert (node in nodes) == (min(flat) > 0)
        if node in nodes:
            expected = (np.log(sides[0] / sides[1]) - np.log(flat[0] / flat[1])) / scale
            row = found[np.flatnonzero(nodes == node)[0]]
            assert row @ hidden == pytest.approx(expected, rel=1e-3, abs=1e-4)


def mean_count(model):
    return model.training["corpus_tokens"] / len(model.vocabulary)


def test_another_objective_begins_with_new_output_rows(texts):
    model = huffvec.train(texts[0], **OPTIONS)
    more = huffvec.train_more(model, texts[1], huffvec.HierarchicalSoftmax(), epochs=2)
    assert more.objective == huffvec.HierarchicalSoftmax()
    assert len(more.output_vectors) == len(more.vocabulary) - 1
    rates = learning_rates(TrainingConfig(epochs=2), more.objective, mean_count(more))
    names = ("learning_rate", "min_learning_rate")
    assert more.config == model.config.with_options(
        epochs=2, **dict(zip(names, rates, strict=True))
    )


def test_learning_rates_are_the_models_or_given_or_those_by_default(texts):
    model = huffvec.train(texts[0], **OPTIONS, min_learning_rate=0.01)

    def rates(**options):
        found = huffvec.train_more(model, texts[1], epochs=1, **options).config
        return found.learning_rate, found.min_learning_rate

    assert rates() == (0.05, 0.01)
    assert rates(learning_rate=0.001) == (0.001, END_SHARE * 0.001)  # less than the model's end
    assert rates(min_learning_rate=0.02) == (0.05, 0.02)
    more = huffvec.train_more(model, texts[1], epochs=1)
    by_default = learning_rates(TrainingConfig(epochs=1), model.objective, mean_count(more))
    assert rates(learning_rate=None) == by_default


def test_what_cannot_be_changed(texts):
    model = huffvec.train(texts[0], **OPTIONS)
    with pytest.raises(ConfigError, match="dim is 16 in the model and cannot be changed: leave it"):
        huffvec.train_more(model, texts[1], dim=20)
    with pytest.raises(ConfigError, match=r"'windows'.*Did you mean 'window'"):
        huffvec.train_more(model, texts[1], **{"windows": 2})
    with pytest.raises(CorpusError, match="there is no such file"):
        huffvec.train_more(model, "nowhere.txt")
    with pytest.raises(ConfigError, match="subwords is None in the model and cannot be changed"):
        huffvec.train_more(model, texts[1], subwords=Subwords())
    assert huffvec.train_more(model, texts[1], dim=16, window=2).config.window == 2
    model = huffvec.train(texts[0], architecture="cbow", position_weights=True, **OPTIONS)
    with pytest.raises(ConfigError, match="window is 5 in the model and cannot be changed"):
        huffvec.train_more(model, texts[1], window=2)


def test_a_tree_that_was_given_must_be_given_again(texts, tmp_path):
    tree = balanced_tree(np.ones(14, np.int64))
    model = huffvec.train(texts[0], huffvec.HierarchicalSoftmax(tree), **OPTIONS)
    with pytest.raises(ConfigError, match="tree has 14 leaves and the vocabulary 16 words"):
        huffvec.train_more(model, texts[1])
    model.save(tmp_path / "m.hv")
    with pytest.raises(ConfigError, match="the model's tree fits its old vocabulary only: give an"):
        huffvec.train_more(huffvec.load(tmp_path / "m.hv"), texts[1])
    larger = huffvec.HierarchicalSoftmax(balanced_tree(np.ones(16, np.int64)))
    assert (
        len(huffvec.train_more(huffvec.load(tmp_path / "m.hv"), texts[1], larger).vocabulary) == 16
    )


def test_checkpoints_of_continued_training(texts, tmp_path):
    class Interrupt(Callback):
        def epoch(self, report):
            if report.epoch == 2:
                raise KeyboardInterrupt

    model = huffvec.train(texts[0], **OPTIONS)
    whole = huffvec.train_more(model, texts[1])
    checkpoints = Checkpoints(tmp_path / "m.ckpt")
    with pytest.raises(KeyboardInterrupt):
        huffvec.train_more(model, texts[1], callbacks=Interrupt(), checkpoints=checkpoints)
    with pytest.raises(ConfigError, match="of a run that did not end"):
        huffvec.train_more(model, texts[1], checkpoints=checkpoints)
    resumed = huffvec.resume(tmp_path / "m.ckpt")
    assert resumed.input_vectors.tobytes() == whole.input_vectors.tobytes()
    assert resumed.training["before"] == model.training


def test_any_input_is_taken(texts, tmp_path):
    """Lists of tokens, and corpora that were encoded with a vocabulary of their own."""
    model = huffvec.train(texts[0], **OPTIONS)
    expected = huffvec.train_more(model, texts[1])
    sentences = [line.split() for line in texts[1].read_text().splitlines()]
    corpus = huffvec.encode(texts[1], min_count=1)
    corpus.save(tmp_path / "new.hvc")
    for data in (iter(sentences), corpus, tmp_path / "new.hvc", corpus):
        found = huffvec.train_more(model, data)
        assert found.vocabulary.words == expected.vocabulary.words
        assert found.input_vectors.tobytes() == expected.input_vectors.tobytes()


def test_a_corpus_in_the_ids_of_another_vocabulary(monkeypatch):
    monkeypatch.setattr(sentences, "BLOCK_TOKENS", 3)
    corpus = Sentences.from_arrays([0, 1, 2, 2, 1, 2, 2, 0, 3], [0, 3, 4, 5, 7, 9])
    found = sentences.translate(corpus, np.array([7, 5, -1, 6], np.int32))
    assert found.ids.tolist() == [7, 5, 5, 7, 6]
    assert found.sentence_offsets.tolist() == [0, 2, 3, 5]
    with pytest.raises(CorpusError, match="no token of the text is a word of the vocabulary"):
        sentences.translate(corpus, np.full(4, -1, np.int32))


def test_documents_in_the_ids_of_another_vocabulary(monkeypatch):
    """Empty ones stay, at the ends, too."""
    monkeypatch.setattr(sentences, "BLOCK_TOKENS", 2)
    offsets = np.array([0, 0, 2, 3, 3, 4, 4, 4])
    documents = Sentences(np.array([0, 1, 2, 0], np.int32), offsets, Tags.by_position(offsets))
    found = sentences.translate(documents, np.array([5, 6, -1], np.int32))
    assert found.sentence_offsets.tolist() == [0, 0, 2, 2, 2, 3, 3, 3]
    assert found.tags.vocabulary.counts.tolist() == [0, 2, 0, 0, 1, 0, 0]


def test_text_is_read_as_before(texts, tmp_path):
    model = huffvec.train(texts[0], lowercase=True, **OPTIONS)
    (tmp_path / "loud.txt").write_text(texts[1].read_text().upper())
    more = huffvec.train_more(model, tmp_path / "loud.txt")
    assert "zebra" in more.vocabulary
    assert "ZEBRA" not in more.vocabulary
    assert "ZEBRA" in huffvec.train_more(model, tmp_path / "loud.txt", lowercase=False).vocabulary


def test_resumed_from_an_encoded_corpus(texts, tmp_path):
    model = huffvec.train(texts[0], **OPTIONS)
    huffvec.encode(texts[1], min_count=1).save(tmp_path / "new.hvc")

    class Interrupt(Callback):
        def epoch(self, report):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        huffvec.train_more(
            model,
            tmp_path / "new.hvc",
            callbacks=Interrupt(),
            checkpoints=Checkpoints(tmp_path / "m.ckpt"),
        )
    resumed = huffvec.resume(tmp_path / "m.ckpt")
    assert (
        resumed.input_vectors.tobytes()
        == huffvec.train_more(model, texts[1]).input_vectors.tobytes()
    )


def test_on_the_command_line(texts, tmp_path, capsys):
    model = huffvec.train(texts[0], **OPTIONS)
    model.save(tmp_path / "old.hv")
    options = ["--epochs", 2, "--learning-rate", 0.01, "--min-count", 3, "--threads", 1]
    command = ["train-more", tmp_path / "old.hv", texts[1], "-o", tmp_path / "new.hv"]
    assert run(*command, *options, "--log", tmp_path / "run.jsonl") == 0
    out, err = capsys.readouterr()
    assert "huffvec nearest" in err
    assert "epoch 2/2  100.0 %" in err
    n_new = huffvec.encode(
        texts[1], vocabulary=huffvec.load(tmp_path / "new.hv").vocabulary
    ).n_tokens
    assert f"tokens\t{n_new}\nepochs\t2\n" in out
    found = huffvec.load(tmp_path / "new.hv")
    expected = {"epochs": 2, "learning_rate": 0.01, "min_count": 3, "n_threads": 1}
    assert found.config == TrainingConfig.from_dict(model.config.to_dict() | expected)
    assert set(found.vocabulary.words) == {*model.vocabulary.words, "zebra"}
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        "".join(f'{{"text": "{line}"}}\n' for line in texts[1].read_text().splitlines())
    )
    held = ["--column", "text", "--heldout", rows, "--patience", 1, "-q"]
    assert run(*command[:2], rows, *command[3:], *options, *held) == 0
    assert len(huffvec.load(tmp_path / "new.hv").training["heldout"]) == 2
    rows.unlink()
    assert run(*command, "--epochs", 0) == 2
    assert "--epochs must be a whole number" in capsys.readouterr().err
    assert run(*command[:3], "-o", tmp_path / "old.hv") == 1
    assert "is also an input and would be lost" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"old.hv", "new.hv", "run.jsonl"}

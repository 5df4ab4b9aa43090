"""Texts from which nothing can be learned, and runs that learned nothing, end with the reason."""

import math
from typing import Any

import numpy as np
import pytest
from cli_helpers import files_of, run

import huffvec
from huffvec import Checkpoints, NegativeSampling, TrainingConfig, Vocabulary
from huffvec.corpus import Sentences
from huffvec.corpus.contexts import check_contexts, has_contexts
from huffvec.errors import ConfigError, CorpusError, TrainingError
from huffvec.training.callbacks import Callback, StopTraining
from huffvec.training.log_records import read_log
from huffvec.training.logs import JsonLines

ALONE = [["cat"], ["dog"], ["cat"], ["dog"]]
PAIRS = [["cat", "eats"], ["dog", "eats"]] * 50
QUICK = {"dim": 4, "epochs": 1, "min_count": 1, "n_threads": 1, "subsample_threshold": 0}
ONE_TOKEN = "no sentence of the text has two tokens of the vocabulary"


class Stop(Callback):
    """Stops as soon as it is told anything."""

    def report(self, report):
        raise StopTraining("enough")

    epoch = report


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [([0, 1, 2, 3], False), ([0, 1, 3], True), ([0, 3], True)],
)
def test_contexts_are_sentences_of_two_tokens(offsets, expected):
    corpus = Sentences.from_arrays([1, 0, 1], offsets)
    assert has_contexts(corpus) is expected


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["今天天气很好", "我喜欢猫"], r"no spaces between words.*jieba, MeCab.*tokenize='charac"),
        (["ねこがすき", "犬がすき"], "tokenize='characters'"),
        (["แมวกินปลา", "หมา"], "PyThaiNLP"),
        (["cat", "pes", "猫"], "on one line with spaces between; .* lower min_count"),
        (["кошка", "고양이", "dog"], "on one line"),
    ],
)
def test_the_remedy_suits_the_script(words, remedy):
    vocabulary = Vocabulary(words, [2] * len(words))
    corpus = Sentences.from_arrays([1, 0, 1, 0], [0, 1, 2, 3, 4])
    with pytest.raises(CorpusError, match=r"\(4 tokens in 4 sentences\).*" + remedy):
        check_contexts(corpus, vocabulary)


@pytest.mark.parametrize("options", [{}, {"architecture": "cbow"}, {"min_count": 2}])
def test_sentences_of_one_token_are_refused_before_training(tmp_path, options):
    seen = []

    class Watch(Callback):
        def start(self, run):
            seen.append(run)

    data = [[*sentence, f"rare{i}"] for i, sentence in enumerate(ALONE)]
    data = data if options.get("min_count") else ALONE
    checkpoints = Checkpoints(tmp_path / "x.ckpt", every="1s")
    with pytest.raises(CorpusError, match=ONE_TOKEN):
        huffvec.train(data, callbacks=Watch(), checkpoints=checkpoints, **(QUICK | options))
    assert not seen
    assert not files_of(tmp_path)


def test_ids_walks_and_documents_of_one_token_are_refused():
    with pytest.raises(CorpusError, match=ONE_TOKEN):
        huffvec.train(np.array([3, 5, 3]), offsets=[0, 1, 2, 3], **QUICK)
    with pytest.raises(ConfigError, match="length must be a whole number from 2"):
        huffvec.random_walks((np.array([4, 9]), np.array([7, 8])), length=1)
    pytest.importorskip("sklearn")
    from huffvec.sklearn import Embedder

    with pytest.raises(CorpusError, match=ONE_TOKEN):
        Embedder(min_count=1, dim=4).fit(["cat", "dog", "cat"])


def test_a_model_does_not_go_on_with_such_a_text():
    model = huffvec.train(PAIRS, **QUICK)
    with pytest.raises(CorpusError, match=ONE_TOKEN):
        huffvec.train_more(model, ALONE)
    with pytest.raises(CorpusError, match=r"nothing was learned: .* of 200 tokens"):
        huffvec.train_more(model, PAIRS, subsample_threshold=1e-12)


@pytest.mark.parametrize("objective", [None, huffvec.HierarchicalSoftmax(), huffvec.FullSoftmax()])
def test_subsampling_that_leaves_nothing_is_named(tmp_path, objective):
    options = QUICK | {"subsample_threshold": 1e-12, "epochs": 3}
    log = JsonLines(tmp_path / "run.jsonl", every=0)
    with pytest.raises(CorpusError, match=r"threshold=1e-12\) keeps about .* of 200 tokens an ep"):
        huffvec.train(
            PAIRS,
            objective,
            callbacks=log,
            checkpoints=Checkpoints(tmp_path / "x.ckpt", every=0.001),
            **options,
        )
    assert set(files_of(tmp_path)) == {"run.jsonl"}
    epochs = [r for r in read_log(tmp_path / "run.jsonl") if r["event"] == "epoch"]
    assert [record["loss"] for record in epochs] == [None] * 3


def test_epochs_in_which_nothing_is_learned_do_no_harm(tmp_path):
    path = tmp_path / "run.jsonl"
    model = huffvec.train(
        [list("abcdefg")],
        callbacks=JsonLines(path, every=0),
        **(QUICK | {"epochs": 60, "subsample_threshold": 1e-3}),
    )
    losses = [record["loss"] for record in read_log(path) if record["event"] == "epoch"]
    assert losses.count(None) > 0
    assert model.training["targets"] > 0
    assert math.isfinite(model.training["loss"])


def test_a_stop_before_anything_was_learned_is_an_error():
    options = QUICK | {"subsample_threshold": 1e-12}
    with pytest.raises(TrainingError, match=r"stopped before anything was learned \(enough\)"):
        huffvec.train(PAIRS, callbacks=Stop(), **options)
    model = huffvec.train(PAIRS, callbacks=Stop(), **QUICK)
    assert (model.training["stopped"], model.training["targets"]) == ("enough", 200)


def test_held_out_text_is_looked_at_before_training(tmp_path):
    checkpoints = Checkpoints(tmp_path / "x.ckpt", every=0.001)
    with pytest.raises(CorpusError, match="no sentence of the held-out text has two tokens"):
        huffvec.train(PAIRS, heldout=ALONE, checkpoints=checkpoints, **QUICK)
    assert not files_of(tmp_path)


def test_a_resumed_run_counts_what_was_learned_before(tmp_path):
    path = tmp_path / "x.ckpt"

    class Interrupt(Callback):
        def epoch(self, report):
            if report.epoch == 2:
                raise KeyboardInterrupt

    config = TrainingConfig(**(QUICK | {"epochs": 3}))
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            PAIRS, config=config, callbacks=Interrupt(), checkpoints=Checkpoints(path, every="1h")
        )
    assert huffvec.resume(path, PAIRS).training["targets"] > 0


def test_single_words_have_no_phrases(tmp_path):
    (tmp_path / "alone.txt").write_text("new\nyork\n\nnew\n")
    message = "no phrase can be found: no sentence of the text has two tokens. Put tokens"
    with pytest.raises(CorpusError, match=message):
        huffvec.find_phrases(tmp_path / "alone.txt", min_count=1)


def test_such_texts_are_not_compared(tmp_path):
    alone = [[f"w{i % 50}"] for i in range(3000)]
    with pytest.raises(CorpusError, match=ONE_TOKEN):
        huffvec.compare(alone, "nce", tmp_path / "report", **QUICK)
    assert not (tmp_path / "report").exists()
    # training is possible, but nothing is left to be predicted
    mixed = [*alone, ["w1", "w2"]]
    with pytest.raises(CorpusError, match="no sentence of the part that is held out has two"):
        huffvec.compare(mixed, "nce", tmp_path / "report", **QUICK)
    held = [*alone[:152], ["w1", "w2"], *alone[152:]]  # of blocks of 15, the tenth is held out
    with pytest.raises(CorpusError, match="no sentence of the part that is trained on has two"):
        huffvec.compare(held, "nce", tmp_path / "report", **QUICK)


def test_on_the_command_line(tmp_path, capsys):
    (tmp_path / "short.txt").write_text("a b c d e f g\n")
    (tmp_path / "chinese.txt").write_text("今天天气很好\n我喜欢猫\n" * 3)
    (tmp_path / "text.txt").write_text("cat eats\ndog eats\n" * 2000)
    before = files_of(tmp_path)
    common = ["-o", tmp_path / "m.hv", "--min-count", 1, "--threads", 1]
    cases: list[tuple[list[Any], str]] = [
        (
            ["short.txt", "--epochs", 1],
            "--subsample-threshold 0.001) keeps about 0.63 of 7 token",
        ),
        (["chinese.txt"], "take characters as tokens (--tokenize characters)"),
        (["text.txt", "--heldout", tmp_path / "chinese.txt"], "no token of the text is a word"),
    ]
    for arguments, message in cases:
        assert run("train", tmp_path / arguments[0], *arguments[1:], *common) == 1
        assert message in capsys.readouterr().err
    assert files_of(tmp_path) == before
    nothing = ["--subsample-threshold", 1e-12, "--probe-seconds", 0, "--objectives", "nce"]
    report = ["-o", tmp_path / "report", "--min-count", 1]
    assert run("compare", tmp_path / "text.txt", *nothing, *report) == 1
    out, err = capsys.readouterr()
    assert "Failed: nce: nothing was learned" in out
    assert "no run finished. nothing was learned" in err


def test_a_vocabulary_of_one_word_is_refused():
    with pytest.raises(CorpusError, match="at least 2 different words, found 1"):
        huffvec.train([["a", "a"]], NegativeSampling(), **QUICK)

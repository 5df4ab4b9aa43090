"""Objectives by name, options as dicts, vocabularies in any form, and names that others use."""

import contextlib
from collections import Counter

import pytest
from cli_helpers import run
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec.errors import ConfigError, FormatError
from huffvec.objectives import OBJECTIVES, as_objective
from huffvec.options import value_text
from huffvec.other_names import OTHER_NAMES
from huffvec.training.more import train_more

TEXT = [["der", "hund", "bellt", "laut"], ["die", "katze", "bellt", "nie"]] * 30
OPTIONS = {"dim": 4, "epochs": 1, "min_count": 1, "n_threads": 1, "subsample_threshold": 0}


@pytest.mark.parametrize(
    ("written", "objective"),
    [
        (None, huffvec.NegativeSampling()),
        ("nce", huffvec.NCE()),
        (" Hierarchical_Softmax ", huffvec.HierarchicalSoftmax()),
        ("hs", huffvec.HierarchicalSoftmax()),
        ("ns", huffvec.NegativeSampling()),
        ("softmax", huffvec.FullSoftmax()),
        (huffvec.BlackOut, huffvec.BlackOut()),
        (huffvec.BlackOut(samples=7), huffvec.BlackOut(samples=7)),
        ("hs:tree=balanced", huffvec.HierarchicalSoftmax("balanced")),
        ("negative-sampling:samples=10,share=2", huffvec.NegativeSampling(10, share=2)),
        ("nce:samples = 3, log_z=none", huffvec.NCE(3, log_z=None)),
        ("adaptive-softmax:cutoffs=20,70", huffvec.AdaptiveSoftmax((20, 70))),
        ("adaptive-softmax:cutoffs=none", huffvec.AdaptiveSoftmax()),
    ],
)
def test_objectives_are_written_in_several_ways(written, objective):
    assert as_objective(written) == objective


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (3, "objective must be a name such as 'nce' or an objective such as huffvec.NCE.., not 3"),
        (dict, "objective must be a name .* not <class 'dict'>"),
        ("blackot", "objective must be one of .* not 'blackot'. Did you mean 'blackout'?"),
        ("nce,blackout", "objective must be one of .* not 'nce,blackout'"),
        ("nce:samples=3,10", "samples must be a whole number .* not '3,10'"),
        ("", "objective must be one of .* not ''"),
        ("samples=3", "the option 'samples=3' comes before any objective"),
        ("full-softmax:k=3", "objective full-softmax has no options, not even 'k=3'"),
        ("nce:candidates=3", "has the options samples, .* written as nce:samples=VALUE"),
        ("nce:samples", "has the options samples, .* not 'samples'"),
        ("nce:noise_samples=3", "^noise_samples is called samples now$"),
        (
            "ns:noise-exponent=1",
            "noise_exponent is called proposal now, with a power",
        ),
        ("nce:samples=many", "samples must be a whole number .* not 'many'"),
    ],
)
def test_objectives_that_cannot_be(written, message):
    with pytest.raises(ConfigError, match=message):
        as_objective(written)


@given(st.sampled_from(sorted(OBJECTIVES)), st.text(max_size=8), st.text(max_size=8), st.booleans())
def test_any_text_is_an_objective_or_an_error_of_ours(name, option, value, colon):
    with contextlib.suppress(ConfigError):
        as_objective(f"{name}:{option}={value}" if colon else option + value)


@pytest.mark.parametrize("cls", OBJECTIVES.values())
def test_what_is_written_is_read_again(cls):
    values = {k: v for k, v in cls().to_dict().items() if k != "name"}
    options = ",".join(f"{k}={value_text(v)}" for k, v in values.items() if v is not None)
    assert as_objective(f"{cls.name}:{options}" if options else cls.name) == cls()


def test_everything_that_trains_takes_names():
    model = huffvec.train(TEXT, "hs", **OPTIONS)
    assert isinstance(model.objective, huffvec.HierarchicalSoftmax)
    more = train_more(model, TEXT, "nce:samples=2", epochs=1)
    assert more.objective == huffvec.NCE(2)


def test_the_configuration_may_be_a_dict():
    subwords = {"min_n": 2, "max_n": 3, "buckets": 50}
    given_options = OPTIONS | {"subwords": subwords}
    model = huffvec.train(TEXT, config=given_options, epochs=2)
    assert model.config.dim == 4
    assert model.config.epochs == 2
    assert model.config.subwords == huffvec.Subwords(2, 3, 50)
    again = huffvec.TrainingConfig.of(model.config.to_dict())
    assert again == model.config
    with pytest.raises(ConfigError, match=r"config must be a huffvec.TrainingConfig or a dict"):
        huffvec.train(TEXT, config=50)
    with pytest.raises(ConfigError, match=r"no subword option: .*Did you mean 'min_n'"):
        huffvec.train(TEXT, config={"subwords": {"minn": 3}})
    for lengths in ("2-3", (2, 3), [2, 3]):
        config = huffvec.TrainingConfig(subwords=lengths)  # type: ignore[arg-type]
        assert config.subwords == huffvec.Subwords(2, 3)
    with pytest.raises(ConfigError, match=r"subwords must be the lengths of n-grams, .* not '3-x'"):
        huffvec.train(TEXT, subwords=(3, "x"))  # type: ignore[arg-type]


def test_vocabularies_come_in_several_forms(tmp_path):
    counts = Counter(word for sentence in TEXT for word in sentence)
    expected = ["bellt", "der", "hund", "laut", "die", "katze", "nie"]
    vocabulary = huffvec.train(TEXT, vocabulary=counts, **OPTIONS).vocabulary
    assert vocabulary.words == expected
    assert vocabulary.counts.tolist() == [60, 30, 30, 30, 30, 30, 30]
    path = tmp_path / "words.tsv"
    vocabulary.write_tsv(path)
    corpus = huffvec.encode(TEXT, vocabulary=path)
    assert corpus.vocabulary.words == expected
    model = huffvec.train(TEXT, vocabulary=corpus, **OPTIONS)
    assert model.vocabulary.words == expected
    assert huffvec.encode([[9, 7, 9]], vocabulary={7: 5, 9: 8}).vocabulary.words == ["9", "7"]


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        (
            ["der", "hund"],
            "vocabulary must be a huffvec.Vocabulary, a dict .* A list of words",
        ),
        (3, "vocabulary must be a huffvec.Vocabulary, a dict of words and their counts, or a file"),
        ({"der": "viele"}, "the count of 'der' must be a whole number from 0 .*, not 'viele'"),
        ({"": 3}, "vocabulary: words: an empty word"),
        ({"der": 0, "hund": 3}, "the word 'der' has count 0"),
    ],
)
def test_vocabularies_that_cannot_be(vocabulary, message):
    with pytest.raises(ConfigError, match=message):
        huffvec.train(TEXT, vocabulary=vocabulary, **OPTIONS)


def test_a_vocabulary_that_is_no_file():
    with pytest.raises(FormatError, match=r"There is no file 'nowhere.tsv'"):
        huffvec.train(TEXT, vocabulary="nowhere.tsv", **OPTIONS)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("vector_size", "is called dim here"),
        ("minCount", "is called min_count here"),
        ("sg", "is called architecture='skipgram' or 'cbow' here"),
        ("hs", "is called objective='hierarchical-softmax' here"),
        ("workers", "is called n_threads here"),
        ("log_z", "is an option of an objective: objective='nce:log_z=…'"),
        ("noise_samples", "noise_samples is an option of an objective: .*samples=…'"),
        ("alpha", "is called learning_rate here"),
        ("epohcs", "Did you mean 'epochs'"),
    ],
)
def test_names_that_others_use(name, own):
    with pytest.raises(ConfigError, match=own):
        huffvec.train(TEXT, **{name: 1})


def test_names_of_others_are_none_of_ours():
    own = huffvec.TrainingConfig().to_dict()
    for name in OTHER_NAMES:
        assert name.replace("-", "_") not in own, name
        with pytest.raises(ConfigError, match=r" is called .* here"):
            huffvec.TrainingConfig.of(**{name: 1})


def test_flags_that_others_use(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("a b c\n" * 50)
    word2vec = "train -train text.txt -output v.bin -cbow 0 -size 20 -window 8 -hs 1 -iter 15"
    assert run(*word2vec.split()) == 2
    told = " ".join(capsys.readouterr().err.replace("│", " ").split())
    for renamed in (
        "-train is FILE, an argument without a name",
        "-output is --output",
        "-cbow is --architecture skipgram or cbow",
        "-size is --dim",
        "-window is --window",
        "-hs is --objective hierarchical-softmax",
        "-iter is --epochs",
    ):
        assert renamed in told
    assert run("train", "text.txt", "--alpha", "0.05") == 2
    assert "--alpha is --learning-rate" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


def test_an_objective_on_the_command_line_may_have_options(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("a b c\n" * 50)
    options = "--subsample-threshold 0 --dim 4 --epochs 1 --objective nce:samples=3,log-z=2"
    assert run("train", "text.txt", "-o", "m.hv", *options.split()) == 0
    assert huffvec.load("m.hv").objective == huffvec.NCE(3, log_z=2.0)

"""Configuration files: read, written, and made of what was trained."""

import dataclasses

import numpy as np
import pytest
from cli_helpers import run, write_english
from harness import OPTIONS

import huffvec
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError, FormatError, MissingFileError
from huffvec.objectives import NCE, OBJECTIVES
from huffvec.subwords import Subwords
from huffvec.training.config_file import MAX_BYTES, config_text, read_config
from huffvec.training.recorded import read_recorded

QUICK = {"dim": 4, "epochs": 1, "min_count": 1, "n_threads": 1}


@pytest.fixture
def text(tmp_path):
    return write_english(tmp_path / "text.txt", 200)


def written(path, content):
    path.write_text(content, "utf-8")
    return path


def config_of(found):
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    return TrainingConfig(**{name: found[name] for name in names & found.keys()})


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(),
        TrainingConfig(learning_rate=1 / 3, window="all", window_draw="fixed", seed=2**63 - 1),
        TrainingConfig(architecture="cbow", position_weights=True, subsample_threshold=1e-05),
        TrainingConfig(subwords=Subwords(2, 5, 700, hashes=3, hash_words=True)),
    ],
)
def test_options_round_trip(tmp_path, name, config):
    objective = OBJECTIVES[name](**OPTIONS.get(name, {}))
    reading = InputOptions(lowercase=True, keep_words=["Ærø", '"'], max_words=99, column=None)
    for one in (objective, OBJECTIVES[name]()):
        content = config_text(one, config, reading, "Two\n\nlines")
        assert content.startswith("# Two\n#\n# lines\n\n")
        found = read_config(written(tmp_path / "c.toml", content))
        assert config_of(found) == config
        assert found["objective"] == one
        assert found["lowercase"] is True
        assert found["keep_words"] == list(reading.keep_words)
        assert found["max_words"] == 99
        assert "column" not in found


def test_an_option_that_is_none_and_not_by_default(tmp_path):
    written_as = '[objective]\nname = "adaptive-softmax"\ncutoffs = "none"\n'
    found = read_config(written(tmp_path / "c.toml", written_as))
    assert found["objective"] == huffvec.AdaptiveSoftmax()


def test_objective_and_subwords_are_texts_or_tables(tmp_path):
    short = written(tmp_path / "a.toml", 'objective = "nce:samples=7"\nsubwords = "2-4"\n')
    long = written(
        tmp_path / "b.toml",
        '[objective]\nname = "nce"\nsamples = 7\n[subwords]\nmin_n = 2\nmax_n = 4\n',
    )
    expected = {"objective": NCE(7), "subwords": Subwords(2, 4)}
    assert read_config(short) == read_config(long) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("learnin_rate = 1", r"c.toml': 'learnin_rate' is no training option.*'learning_rate'\?$"),
        ("dim = 0", "c.toml': dim must be a whole number from 1 to 65536, not 0"),
        ("dim = 2020-01-01", "c.toml': dim must be a whole number"),
        ('tokenize = "letters"', "c.toml': tokenize must be"),
        ('objective = "nze"', "c.toml': objective must be one of .* Did you mean 'nce'"),
        ("objective = 3", "c.toml': objective must be a name such as 'nce'"),
        ("[objective]\nsamples = 3", "c.toml': the table objective needs a name: name = 'neg"),
        ('[objective]\nname = "nce"\nsample = 3', "'sample' is no option: .* mean 'samples'"),
        ("[subwords]\nmin = 3", "'min' is no subword option: .* Did you mean 'min_n'"),
        ('subwords = "3-x"', "c.toml': subwords must be the lengths of n-grams"),
        ("subwords = 3", r"c.toml': subwords must be a huffvec.Subwords or None, not 3"),
        ('[objective]\nname = "nce"\ncls = 1', "'cls' is no option: "),
        ("[subwords]\ncls = 1", "'cls' is no subword option: "),
        (f"{'k' * 999} = 1", f"c.toml': '{'k' * 79} is no training option"),
        ("position_weights = true", "c.toml': position_weights needs architecture='cbow'"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path, content, message):
    with pytest.raises(ConfigError, match=message):
        read_config(written(tmp_path / "c.toml", content))


@pytest.mark.parametrize(
    "content",
    [
        b"dim 3",
        b"\xff",
        b"a=" + b"[" * 9000,
        b'{"dim": 3}',
        b"a." * 99_999 + b"a=1",
        b"x={" + b"'a' . " * 99_999 + b"a=1}",
        b'"a\\n"."b".' * 99_999 + b"a=1",
    ],
)
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "c.toml").write_bytes(content)
    with pytest.raises(FormatError, match=r"c.toml' is no configuration file, which is text in"):
        read_config(tmp_path / "c.toml")


def test_a_mark_at_the_beginning_is_no_content(tmp_path):
    (tmp_path / "c.toml").write_bytes(b"\xef\xbb\xbfdim = 3\n")
    assert read_config(tmp_path / "c.toml") == {"dim": 3}


def test_a_file_that_is_too_large_is_refused(tmp_path):
    (tmp_path / "c.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(FormatError, match="is no configuration file: it has over 8,000,000 bytes"):
        read_config(tmp_path / "c.toml")


def test_a_missing_file_is_answered_with_the_nearest(tmp_path):
    written(tmp_path / "best.toml", "dim = 3")
    with pytest.raises(MissingFileError, match=r"Did you mean 'best\.toml'"):
        read_config(tmp_path / "bets.toml")


def test_training_takes_a_file_and_arguments_win(text, tmp_path):
    file = written(
        tmp_path / "c.toml",
        'objective = "nce:samples=2"\ndim = 6\nepochs = 2\nn_threads = 1\nmin_count = 1\n'
        "lowercase = true\n",
    )
    model = huffvec.train(text, config=file, epochs=1)
    assert (model.objective, model.config.dim, model.config.epochs) == (NCE(2), 6, 1)
    assert model.training["lowercase"] is True
    assert huffvec.train(text, "hs", config=str(file)).objective.name == "hierarchical-softmax"
    again = huffvec.train(text, **huffvec.read_config(file) | {"epochs": 1})
    assert np.array_equal(again.vectors.vectors, model.vectors.vectors)


@pytest.mark.parametrize(
    ("objective", "options"),
    [
        ("nce:samples=3,log_z=1.5", {"lowercase": True, "keep_words": ["dog"], "max_words": 9}),
        ("adaptive-softmax:cutoffs=5", {"architecture": "cbow", "tokenize": "words"}),
        ("negative-sampling", {"subwords": Subwords(3, 4), "learning_rate": 0.07}),
    ],
)
def test_the_record_of_a_training_is_such_a_file(text, tmp_path, capsys, objective, options):
    model = huffvec.train(text, objective, **QUICK, **options)
    model.save(tmp_path / "a.hv")
    huffvec.write_config(tmp_path / "a.toml", model, "as a.hv")
    again = huffvec.train(text, config=tmp_path / "a.toml")
    assert (again.objective, again.config) == (model.objective, model.config)
    assert np.array_equal(again.vectors.vectors, model.vectors.vectors)
    assert run("info", tmp_path / "a.hv", "--config") == 0
    printed = capsys.readouterr().out
    assert printed.replace("How a.hv was trained.", "as a.hv") == (tmp_path / "a.toml").read_text(
        "utf-8"
    )


def test_the_record_of_a_log_and_of_a_checkpoint(text, tmp_path):
    log = huffvec.training.logs.JsonLines(tmp_path / "l.jsonl")

    class Interrupt(huffvec.training.callbacks.Callback):
        def epoch(self, report):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            text,
            "blackout:samples=4",
            **QUICK,
            callbacks=[log, Interrupt()],
            checkpoints=huffvec.Checkpoints(tmp_path / "a.hv.ckpt", every=3600),
        )
    for name in ("l.jsonl", "a.hv.ckpt"):
        recorded = read_recorded(tmp_path / name)
        assert recorded.objective == huffvec.BlackOut(samples=4)
        assert recorded.config.learning_rate > 0  # the number, whatever the rule is later
        rates = {"learning_rate": None, "min_learning_rate": None}
        assert recorded.config.but(**rates) == TrainingConfig(**QUICK)


def test_files_without_a_record_are_refused(text, tmp_path):
    huffvec.train(text, **QUICK).vectors.save(tmp_path / "v.hv")
    with pytest.raises(FormatError, match="holds only vectors, and no record of how they were"):
        read_recorded(tmp_path / "v.hv")
    written(tmp_path / "l.jsonl", '{"event": "end"}\n')
    with pytest.raises(FormatError, match="is a log without the start of a training"):
        read_recorded(tmp_path / "l.jsonl")
    with pytest.raises(FormatError, match="is not a log of huffvec"):
        read_recorded(text)


def test_the_command_line_wins_over_the_file(text, tmp_path, capsys):
    file = written(
        tmp_path / "c.toml",
        'objective = "nce"\ndim = 6\nsubwords = "3-4"\nepochs = 1\nmin_count = 1\nseed = 3\n',
    )
    command = ["train", text, "--config", file, "-q", "--threads", 1]
    assert run(*command, "-o", tmp_path / "a.hv", "--dim", 5, "--buckets", 30) == 0
    model = huffvec.load(tmp_path / "a.hv")
    assert (model.objective, model.config.dim, model.config.seed) == (NCE(), 5, 3)
    assert model.config.subwords == Subwords(3, 4, 30)
    options = ["--objective", "negative-sampling", "--subwords", "2-2"]
    assert run(*command, "-o", tmp_path / "b.hv", *options) == 0
    model = huffvec.load(tmp_path / "b.hv")
    assert model.objective == huffvec.NegativeSampling()
    assert model.config.subwords.max_n == 2
    capsys.readouterr()
    assert run("train", text, "--config", written(tmp_path / "d.toml", "dim = 0")) == 2
    assert "d.toml': dim must be a whole number from 1 to 65536, not 0" in capsys.readouterr().err

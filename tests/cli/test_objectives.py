"""``huffvec objectives``: all that can be chosen, and what each can be told."""

import json
import shlex

import pytest
from cli_helpers import run, write_english

from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES, as_objective
from huffvec.options import options_of

ALL = OBJECTIVES | LABEL_OBJECTIVES


def test_all_are_listed(capsys):
    assert run("objectives") == 0
    out, err = capsys.readouterr()
    lines = [line.split("\t") for line in out.splitlines()]
    assert lines[0] == ["objective", "cost per target", "take it for"]
    assert [line[0] for line in lines[1:]] == list(ALL)
    assert all(cost and use for _, cost, use in lines[1:])
    noted = {name for name, _, use in lines[1:] if "of huffvec classify" in use}
    assert noted == set(LABEL_OBJECTIVES)
    assert "huffvec objectives nce" in err
    assert run("objectives", "--json") == 0
    assert [one["objective"] for one in json.loads(capsys.readouterr().out)] == list(ALL)


@pytest.mark.parametrize("name", ALL)
def test_options_of_one_are_explained(name, capsys):
    assert run("objectives", name) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["option", "default", "values", "meaning"]
    declared = options_of(ALL[name])
    assert [line[0] for line in lines[1:]] == list(declared)
    for option, default, values, meaning in lines[1:]:
        assert default == declared[option].default_text
        assert values
        assert meaning
        assert not {"{", "}", "`"} & set(values + meaning)
    assert run("objectives", name, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["objective"], len(found["options"])) == (name, len(declared))
    assert found["learning_rate_factors"]["cbow"] == ALL[name].rate_factor("cbow")


@pytest.mark.parametrize("name", OBJECTIVES)
def test_what_to_type_next_can_be_typed(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_english(tmp_path / "corpus.txt", 100)
    assert run("objectives", name) == 0
    command = shlex.split(capsys.readouterr().err.splitlines()[-1])[1:]
    assert command[:3] == ["train", "corpus.txt", "--objective"]
    assert as_objective(command[3]) == OBJECTIVES[name]()
    assert run(*command, "--epochs", 1, "--dim", 8, "--quiet") == 0


@pytest.mark.parametrize("name", LABEL_OBJECTIVES)
def test_those_for_labels_are_for_classifiers(name, capsys):
    assert run("objectives", name) == 0
    command = shlex.split(capsys.readouterr().err.splitlines()[-1])[1:]
    assert command[:4] == ["classify", "train", "examples.txt", "--objective"]
    assert as_objective(command[4], for_labels=True) == ALL[name]()


def test_names_are_corrected(capsys):
    assert run("objectives", "nse") == 2
    assert "Did you mean 'nce'" in capsys.readouterr().err

"""``huffvec objectives``: all that can be chosen, and what each can be told."""

import json
import shlex

import pytest
from cli_helpers import run, write_english

from huffvec.objectives import OBJECTIVES, as_objective
from huffvec.options import options_of


def test_all_are_listed(capsys):
    assert run("objectives") == 0
    out, err = capsys.readouterr()
    lines = [line.split("\t") for line in out.splitlines()]
    assert lines[0] == ["objective", "cost per target", "take it for"]
    assert [line[0] for line in lines[1:]] == list(OBJECTIVES)
    assert all(cost and use for _, cost, use in lines[1:])
    assert "huffvec objectives nce" in err
    assert run("objectives", "--json") == 0
    assert [one["objective"] for one in json.loads(capsys.readouterr().out)] == list(OBJECTIVES)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_options_of_one_are_explained(name, capsys):
    assert run("objectives", name) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["option", "default", "values", "meaning"]
    declared = options_of(OBJECTIVES[name])
    assert [line[0] for line in lines[1:]] == list(declared)
    for option, default, values, meaning in lines[1:]:
        assert default == declared[option].default_text
        assert values
        assert meaning
        assert not {"{", "}", "`"} & set(values + meaning)
    assert run("objectives", name, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["objective"], len(found["options"])) == (name, len(declared))
    assert found["learning_rate_factors"]["cbow"] == OBJECTIVES[name].rate_factor("cbow")


@pytest.mark.parametrize("name", OBJECTIVES)
def test_what_to_type_next_can_be_typed(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_english(tmp_path / "corpus.txt", 100)
    assert run("objectives", name) == 0
    command = shlex.split(capsys.readouterr().err.splitlines()[-1])[1:]
    assert command[:3] == ["train", "corpus.txt", "--objective"]
    assert as_objective(command[3]) == OBJECTIVES[name]()
    assert run(*command, "--epochs", 1, "--dim", 8, "--quiet") == 0


def test_names_are_corrected(capsys):
    assert run("objectives", "nse") == 2
    assert "Did you mean 'nce'" in capsys.readouterr().err

"""The command line has what the records declare: flags, values, defaults, help and errors."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import typer
from cli_helpers import run, write_english
from typer.main import get_command
from typer.testing import CliRunner

from huffvec.cli import app
from huffvec.cli.command import Command
from huffvec.cli.declared import Given, help_of, some, takes, with_flags
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.graphs.options import WalkOptions
from huffvec.objectives import OBJECTIVES
from huffvec.options import option, options_of
from huffvec.other_names import flag_of
from huffvec.phrases.config import PhraseConfig
from huffvec.records import Options
from huffvec.search.index_options import IndexOptions
from huffvec.subwords import Subwords

COMMANDS = vars(get_command(app))["commands"]
TAKEN = {
    command.callback.__name__.replace("_", "-"): command.callback.taken
    for command in app.registered_commands
    if hasattr(command.callback, "taken")
}


@pytest.mark.parametrize("name", TAKEN)
def test_every_option_that_a_command_takes_has_its_flag(name, capsys):
    assert run(name, "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    flags = {flag for parameter in COMMANDS[name].params for flag in parameter.opts}
    described = {key: own for part in reversed(TAKEN[name]) for key, own in part.options.items()}
    for own in described.values():
        assert flag_of(own.name) in flags
        assert own.help
        said = shown[shown.index(f" {flag_of(own.name)}") :]
        assert help_of(own) in said
        if own.default_text:
            assert f"{help_of(own)} [default: {with_flags(own.default_text)}]" in said


@pytest.mark.parametrize(
    ("record", "command", "elsewhere"),
    [
        (TrainingConfig, "train", {"subwords"}),  # a record, by flags of its own
        (Subwords, "train", {"min_n", "max_n"}),  # --subwords 3-6
        (InputOptions, "train", set()),
        (InputOptions, "encode", set()),
        (InputOptions, "vocab", set()),
        (PhraseConfig, "phrases", {"connectors", "max_memory"}),  # english; in megabytes
        (WalkOptions, "walks", set()),
        (WalkOptions, "node2vec", set()),
        (IndexOptions, "index", set()),
    ],
)
def test_commands_take_whole_records(record, command, elsewhere):
    taken = {name for part in TAKEN[command] if part.record is record for name in part.options}
    assert taken == set(options_of(record)) - elsewhere
    flags = {flag for parameter in COMMANDS[command].params for flag in parameter.opts}
    assert {flag_of(name) for name in elsewhere if not name.endswith("_n")} <= flags


@dataclass(frozen=True)
class Shape(Options):
    """A record of all kinds of options."""

    side: int = option(3, low=1, high=9, metavar="N", help="Length of {colour=red} sides.")
    colour: Literal["red", "blue"] = option("red", help="Colour.")
    n_sides: int | Literal["all"] = option(4, low=3, metavar="N", help="Sides.", panel="More")
    angles: tuple[float, ...] | None = option(None, metavar="X,X…", help="Angles.")
    filled: bool = option(False, help="Filled.", only_for=("colour", "blue"))
    dashed: bool | None = option(None, help="Dashed.", when_none="as it was")


@pytest.fixture
def shape():
    """A program of one command, which gives what was given."""
    found = []
    program = typer.Typer(pretty_exceptions_enable=False)

    @program.command(cls=Command)
    @takes(some(Shape, "side", "colour"), some(Shape, without=("side", "colour")))
    def draw(name: str = "x", *, given: Given, quiet: bool = False) -> None:
        found.append((given[Shape], quiet))
        Shape(**{key: value for key, value in given[Shape].items() if key != "colour"})

    return lambda *args: (CliRunner().invoke(program, args), found)


def test_what_is_given_arrives_as_the_record_holds_it(shape):
    args = ["--side", "5", "--sides", "all", "--angles", "1,2.5", "--dashed", "--quiet"]
    result, found = shape(*args)
    assert (result.exit_code, result.output) == (0, "")
    expected = {"side": 5, "n_sides": "all", "angles": (1.0, 2.5), "dashed": True}
    assert found == [(expected, True)]
    assert shape("--no-dashed")[1][-1] == ({"dashed": False}, False)
    assert shape()[1][-1] == ({}, False)
    assert shape("--angles", "7")[1][-1] == ({"angles": (7,)}, False)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("--side 10", "Error: --side must be a whole number from 1 to 9, not 10"),
        ("--side many", "Error: --side must be a whole number from 1 to 9, not 'many'"),
        ("--sides 2", "Error: --sides must be a whole number from 3 to .* or all, not 2"),
        ("--filled", "Error: --filled needs --colour blue"),
    ],
)
def test_errors_speak_of_flags(shape, args, message):
    result, _ = shape(*args.split())
    assert result.exit_code == 2
    assert re.match(message, result.output), result.output


def test_help_speaks_of_flags(shape):
    shown = " ".join(shape("--help")[0].output.split())
    assert "--side N Length of --colour red sides. [default: 3]" in shown
    assert "--colour red|blue Colour. [default: red]" in shown
    assert "--filled Filled. Only with --colour blue." in shown
    assert "--dashed, --no-dashed Dashed. [default: as it was]" in shown
    assert shown.index("More") < shown.index("--sides N Sides. [default: 4]")


def test_the_first_declaration_counts_and_commands_have_defaults_of_their_own():
    @dataclass(frozen=True)
    class Other(Options):
        side: int = option(7, help="Another side.")

    received = []

    @takes(some(Shape, "side", defaults={"side": 2}, helps={"side": "Mine."}, panel="P"), Other)
    def command_(given: Given) -> None:
        received.append(given)

    command: Any = command_
    assert list(command.__signature__.parameters) == ["side"]
    command(side=None)
    assert received[-1] == {Shape: {"side": 2}, Other: {}}
    command(side="4")
    assert received[-1] == {Shape: {"side": 4}, Other: {"side": 4}}
    (information,) = command.__signature__.parameters["side"].annotation.__metadata__
    assert (information.help, information.show_default, information.rich_help_panel) == (
        "Mine.",
        "2",
        "P",
    )


def test_help_of_train_fits_on_two_screens(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    assert run("train", "--help") == 0
    assert len(capsys.readouterr().out.splitlines()) <= 104


def test_options_of_objectives_are_no_flags():
    names = {name for cls in OBJECTIVES.values() for name in options_of(cls)}
    for command in ("train", "train-more", "compare", "node2vec"):
        assert not names & {parameter.name for parameter in COMMANDS[command].params}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("--negatives 10", "--objective negative-sampling:samples=10"),
        ("--negatives=10 --share 2", "--objective negative-sampling:samples=10,share=2"),
        ("--noise-exponent 0.5", "--objective negative-sampling:proposal=unigram^0.5"),
        ("--samples 7", "--objective sampled-softmax:samples=7"),
        ("--noise-samples 7", "--objective nce:samples=7"),
        ("--negatives 3 --log-z 1", "--objective negative-sampling:samples=3"),
        ("--objective nce --noise-samples 7", "--objective nce:samples=7"),
        ("--objective nce:samples=7 --log-z 2", "--objective nce:samples=7,log_z=2"),
        ("--exponent 0.3", "--objective blackout:proposal=unigram^0.3"),
        ("--objective sampled-softmax --samples 9", "--objective sampled-softmax:samples=9"),
        ("--tree random", "--objective hierarchical-softmax:tree=random"),
        ("--cutoffs 10,20", "--objective adaptive-softmax:cutoffs=10,20"),
        ("--objective self-normalized-softmax --alpha 1", "self-normalized-softmax:alpha=1"),
    ],
)
def test_flags_of_objectives_tell_the_spelling_of_now(args, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_english(Path("text.txt"), 100)
    assert run("train", "text.txt", *args.split()) == 2
    message = capsys.readouterr().err
    assert message.startswith("Error: --")
    assert message.count("\n") == 1
    assert message.endswith(f"{told}\n")
    spelled = message[message.index("now: ") + 5 :].split()
    assert run("train", "text.txt", *spelled, "--epochs", 1, "--dim", 4, "-q") in (0, 2)

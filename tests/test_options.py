"""Options are declared once: checks, texts and tables follow from the declarations."""

import ast
import pickle
import re
from dataclasses import dataclass
from typing import Literal, get_args, get_type_hints

import pytest
from code_shape import PACKAGE
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec import PhraseConfig, Subwords, TrainingConfig
from huffvec.classify import ClassifierConfig
from huffvec.comparison.options import ComparisonOptions
from huffvec.config import TrainingOptions
from huffvec.corpus.labelled.options import ExampleKeywords, ExampleOptions
from huffvec.corpus.options import InputKeywords, InputOptions
from huffvec.errors import ConfigError, CorpusError, FormatError, OptionName
from huffvec.graphs.options import WalkKeywords, WalkOptions
from huffvec.objectives import OBJECTIVES
from huffvec.options import Option, option, options_of
from huffvec.phrases.config import PhraseKeywords
from huffvec.records import Options, table
from huffvec.search.index_options import IndexKeywords, IndexOptions
from huffvec.training.checkpoint import Checkpoints

RECORDS = [
    TrainingConfig,
    Subwords,
    InputOptions,
    PhraseConfig,
    WalkOptions,
    ExampleOptions,
    IndexOptions,
    ComparisonOptions,
    *OBJECTIVES.values(),
]

KEYWORDS = [
    (TrainingOptions, TrainingConfig),
    (InputKeywords, InputOptions),
    (PhraseKeywords, PhraseConfig),
    (WalkKeywords, WalkOptions),
    (ExampleKeywords, ExampleOptions),
    (IndexKeywords, IndexOptions),
]


@dataclass(frozen=True)
class Example(Options):
    """One option of each kind."""

    whole: int = option(3, low=1, high=9, metavar="N", help="A whole number, unlike {rate}.")
    rate: float | None = option(None, above=0.0, high=1.0, when_none="a tenth")
    window: int | Literal["all"] = option(5, low=1, high=9)
    flag: bool = option(False, only_for=("kind", "b"))
    kind: Literal["a", "b"] = "a"
    name: str | None = None
    ranks: tuple[int, ...] | None = option(None, low=1, high=99)
    words: tuple[str, ...] = ()
    bounds: float | tuple[float, ...] = option(0.5, low=-1.0, high=1.0)
    time: float = option(60.0, above=0.0, high=1e3, unit="seconds")
    tree: str = option("x", metavar="NAME|FILE")
    sub: Subwords | None = None
    upper: str = option("x", convert=lambda name, value: str(value).upper())


@dataclass(frozen=True)
class Needy(Options):
    """An option without a default."""

    path: str
    order: str | None = option(None, only_for=("group",))
    group: str | None = None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"whole": 10}, "whole must be a whole number from 1 to 9, not 10"),
        ({"rate": 0}, "rate must be a number over 0 and up to 1, not 0"),
        ({"window": "some"}, "window must be a whole number from 1 to 9 or all, not 'some'"),
        ({"flag": "yes"}, "flag must be true or false, not 'yes'"),
        ({"flag": True}, "flag needs kind='b'"),
        ({"kind": "c"}, "kind must be one of a, b, not 'c'."),
        ({"name": 3}, "name must be text, not 3"),
        ({"ranks": 3}, "ranks must be one or more whole numbers, not 3"),
        ({"ranks": ()}, "ranks must be one or more whole numbers, not ()"),
        ({"ranks": (1, 100)}, "ranks must be a whole number from 1 to 99, not 100"),
        ({"words": "a"}, "words must be a list of words, not 'a'"),
        ({"time": 0}, "time must be a number of seconds over 0 and up to 1000, not 0"),
        ({"bounds": 2.0}, "bounds must be a number from -1 to 1, not 2.0"),
        ({"sub": 3}, "sub must be a huffvec.Subwords or None, not 3"),
        ({"sub": {"max_m": 3}}, "'max_m' is no subword option: there are min_n, max_n, buckets"),
    ],
)
def test_checks_follow_from_declarations(options, message):
    with pytest.raises(ConfigError) as caught:
        Example(**options)
    assert str(caught.value).startswith(message)


def test_options_that_need_another():
    assert Needy("x", order="time", group="user").order == "time"
    with pytest.raises(ConfigError, match=r"order needs group$"):
        Needy("x", order="time")


def test_records_hold_what_was_meant():
    made = Example.of(ranks=[1, 5], words=["a"], bounds=[0.5], sub={"min_n": 2}, upper="y")
    assert (made.ranks, made.words, made.bounds) == ((1, 5), ("a",), (0.5,))
    assert (made.sub, made.upper) == (Subwords(2), "Y")
    assert Example.from_dict(Example(whole=4).to_dict()) == Example(whole=4)


def test_unknown_options():
    with pytest.raises(ConfigError, match=r"'whol' is no option: there are .*Did you mean 'whole'"):
        Example.of(whol=3)
    with pytest.raises(FormatError, match="unknown options in the file: colour"):
        Example.from_dict({"colour": "red"})
    with pytest.raises(FormatError, match="the file's options cannot be used: whole must be"):
        Example.from_dict({"whole": 0})
    with pytest.raises(
        FormatError, match=r"the file's options cannot be used: .* argument: 'path'"
    ):
        Needy.from_dict({"order": None})


VALUES = {
    "whole": st.integers(1, 9),
    "rate": st.none() | st.floats(0, 1, exclude_min=True),
    "window": st.just("all") | st.integers(1, 9),
    "flag": st.booleans(),
    "kind": st.sampled_from(["a", "b"]),
    "name": st.text(),
    "ranks": st.none() | st.lists(st.integers(1, 99), min_size=1).map(tuple),
    "words": st.lists(st.text("abc", min_size=1)).map(tuple),
    "bounds": st.floats(-1, 1) | st.lists(st.floats(-1, 1), min_size=2).map(tuple),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_are_read_from_their_texts(name):
    own = options_of(Example)[name]

    @given(VALUES[name])
    def check(value):
        assert own.check(own.parse(own.text_of(value))) == value

    check()


def test_a_default_is_written_as_it_is_typed():
    own = options_of(ClassifierConfig)["subwords"]
    assert own.default_text == "2-4"
    assert own.check(own.default_text) == own.default
    assert options_of(Example)["ranks"].text_of((3, 9)) == "3,9"


def test_a_text_that_is_no_value_is_refused_by_the_check():
    own = options_of(Example)["whole"]
    with pytest.raises(ConfigError, match="whole must be a whole number from 1 to 9, not 'many'"):
        own.check(own.parse("many"))


def test_errors_know_the_options_that_they_speak_of():
    error = ConfigError(OptionName("order_by"), " needs ", OptionName("kind", "b"), ", or none")
    assert str(error) == "order_by needs kind='b', or none"
    assert error.options == ("order_by", "kind")
    assert error.text(lambda name: f"<{name.option}>") == "<order_by> needs <kind>, or none"
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(dim=0)
    assert caught.value.options == ("dim",)


def test_what_the_engine_advises_is_an_option_too(tmp_path):
    (tmp_path / "text").write_bytes(b"cat dog\ncat \xff\n")
    with pytest.raises(CorpusError, match=r"or go on with errors='replace'\.$") as caught:
        huffvec.encode(tmp_path / "text", min_count=1)
    assert caught.value.options == ("errors",)
    (tmp_path / "graph").write_text("a b\nb\n")
    with pytest.raises(CorpusError, match=r"an adjacency list: format='adjlist'\.$") as caught:
        huffvec.random_walks(tmp_path / "graph")
    assert caught.value.options == ("format",)


def test_unknown_options_of_functions():
    with pytest.raises(ConfigError, match=r"'lenght' is no walk option: .*mean 'length'"):
        huffvec.random_walks([(1, 2)], **{"lenght": 3})
    with pytest.raises(ConfigError, match=r"'dtyp' is no index option: .*mean 'dtype'"):
        huffvec.WordVectors(["a", "b"], [[1.0], [2.0]]).index(**{"dtyp": "f32"})


def test_tables_for_the_documentation():
    lines = table(Example).splitlines()
    assert lines[2] == "| `whole` | 3 | from 1 to 9 | A whole number, unlike `rate`. |"
    assert lines[3] == "| `rate` | a tenth | over 0 to 1 |  |"
    assert lines[6] == "| `kind` | a | `a`, `b` |  |"
    assert lines[12] == "| `tree` | x | `NAME`, `FILE` |  |"


@pytest.mark.parametrize("record", RECORDS)
def test_every_option_says_what_it_does_and_numbers_have_limits(record):
    for name, own in options_of(record).items():
        assert own.help.endswith("."), name
        kinds = {int, float} & set(own.kinds)
        assert not kinds or own.high is not None, name
        assert not kinds or (own.low is None) != (own.above is None), name
        for other in _named(own):
            assert any(other.split("=")[0] in options_of(of) for of in RECORDS), (name, other)


def _named(own: Option) -> list[str]:
    return [part.split("}")[0] for part in own.help.split("{")[1:]]


def test_only_the_command_line_speaks_of_flags():
    """Errors say which option they mean (`OptionName`), and commands what they call it."""
    apart = {"cli", "other_names.py", "progress.py"}  # what to type after Ctrl-C
    for path in PACKAGE.rglob("*.py"):
        if apart.isdisjoint(path.relative_to(PACKAGE).parts):
            for text in _strings(ast.parse(path.read_text("utf-8"))):
                assert not re.search(r"(^|[\s(>`])--[a-z]", text), (path, text)


def _strings(tree: ast.Module) -> list[str]:
    """Return the texts of a module that are no docstrings."""
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [text for text in found if isinstance(text, str) and "\n" not in text]


@pytest.mark.parametrize("record", [*RECORDS, Checkpoints])
def test_docstrings_explain_every_option(record):
    told = record.__doc__.partition("Attributes\n")[2].partition("Raises\n")[0]
    names = re.findall(r"^    (\w[\w, ]*)$", told, re.MULTILINE)
    assert [name for line in names for name in line.split(", ")] == list(options_of(record))


@pytest.mark.parametrize(("keywords", "record"), KEYWORDS)
def test_keywords_are_the_options_of_the_record(keywords, record):
    declared = options_of(record)
    if keywords is PhraseKeywords:  # which takes both
        declared = {**declared, **options_of(InputOptions)}
    hints = get_type_hints(keywords)
    assert hints.keys() == declared.keys()
    for name, own in declared.items():
        is_same = str(hints[name]) == str(own.type)
        assert is_same or (own.convert and set(get_args(hints[name])) > set(get_args(own.type)))


def test_a_record_knows_what_was_given():
    config = TrainingConfig(min_count=5, dim=8)
    assert config.given == {"min_count", "dim"}
    assert config == TrainingConfig(dim=8)  # it makes no difference otherwise
    assert (config.asked("min_count"), config.asked("window")) == (5, None)
    assert TrainingConfig.of(config, window=3).given == {"min_count", "dim", "window"}
    assert TrainingConfig.of({"epochs": 2}).given == {"epochs"}
    assert pickle.loads(pickle.dumps(config)).given == config.given
    options = InputOptions(lowercase=True, max_words=9, column="x")
    assert options.without_rules() == InputOptions(lowercase=True, column="x")
    assert options.without_rules().given == {"lowercase", "column"}
    assert options.for_text().given == {"lowercase", "max_words"}

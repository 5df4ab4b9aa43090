import sys

import pytest
from cli_helpers import files_of, run

import huffvec
from huffvec.cli import standard_library


def test_demo_shows_neighbours_and_what_to_type_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    loaded = set(sys.modules)
    assert run("demo", "--epochs", 3) == 0
    out, err = capsys.readouterr()
    for shown in ("thread", "socket", "words that the text uses most alike", "written"):
        assert shown in out
    assert "huffvec nearest demo.hv method" in err
    assert "huffvec train YOUR_TEXT.txt -o my.hv" in err
    assert "collecting text: 100 %" in err
    assert "epoch 3/3  100.0 %" in err
    assert list(files_of(tmp_path)) == ["demo.hv"]
    model = huffvec.load("demo.hv")
    assert model.vocabulary.n_tokens > 100_000
    assert "method" in model.vectors
    # Sources are parsed, never run: modules with effects or heavy ones are not imported.
    assert not {"antigravity", "this", "tkinter", "turtle", "idlelib"} & (set(sys.modules) - loaded)


def test_demo_can_be_quiet(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        standard_library, "sentences", lambda _: ["some words", "more words"] * 5_000
    )
    assert run("demo", "--epochs", 1, "-o", tmp_path / "d.hv", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A folder in the place of the standard library."""
    monkeypatch.setattr(standard_library.sysconfig, "get_path", {"stdlib": str(tmp_path)}.get)
    return tmp_path


def test_sentences_are_of_documentation_only(library):
    (library / "a.py").write_text(
        '"""First sentence. Second one!\n\n    Third\n    one"""\n'
        'x = "no documentation"  # a comment\n'
        'class C:\n    """Of a Class: it\'s 3.5 long"""\n'
        "    async def f(self):\n        '''Of an async function'''\n"
        "def g():\n    '''Word'''\n"
    )
    (library / "broken.py").write_text('"""Broken syntax""" +')
    (library / "binary.py").write_bytes(b"\0\xff")
    (library / "test").mkdir()
    (library / "test" / "b.py").write_text('"""Of a test"""')
    reports = []
    found = list(standard_library.sentences(lambda *report: reports.append(report)))
    own = found[-6:]
    assert own == [
        "first sentence", "second one", "third one", "of a class", "it s long",
        "of an async function",
    ]  # fmt: skip
    assert not {"broken syntax", "of a test", "a comment"} & set(found)
    n_bytes = sum(path.stat().st_size for path in library.glob("*.py"))
    assert reports[-1] == ("collecting text", n_bytes, n_bytes)
    assert len(reports) == 3


def test_help_topics_are_part_of_the_text(library):
    pytest.importorskip("pydoc_data.topics")
    assert sum(len(sentence.split()) for sentence in standard_library.sentences()) > 30_000


def test_without_help_topics_the_documentation_is_left(library, monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    (library / "a.py").write_text('"""Only this"""')
    assert list(standard_library.sentences()) == ["only this"]

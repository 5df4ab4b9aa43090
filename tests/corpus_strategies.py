"""Texts that are hard to cut: random words, white space and line ends, broken UTF-8."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from huffvec.corpus.word_rules import WordRules

_WORDS = [
    b"a",
    b"the",
    b"of",
    b"eightchr",
    b"ninechars",
    b"word" * 9,
    "žltý".encode(),
    "日本".encode(),
]
_SPACES = [b" ", b"\n", b"\n\n", b"\r\n", b"\t", b"\v", b"\f", b"  \n ", b""]
_BROKEN = [
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    b"caf\xe9",
]
_CONTROLS = [b"\x01", b"\x08", b"\x0e", b"\x1f", b"\x7f", b"\xc2\x85", b"\xc2\xa0", b"\xef\xbb\xbf"]


def texts(*, broken: bool = False) -> st.SearchStrategy[list[bytes]]:
    """Return a strategy for the contents of one to three files, none empty."""
    pieces = st.sampled_from(_WORDS + _SPACES * 2 + _CONTROLS + (_BROKEN if broken else []))
    text = st.lists(pieces, max_size=40).map(b"".join)
    if broken:
        text |= st.binary(max_size=40).map(lambda data: data.replace(b"\0", b""))
    text = st.tuples(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]), text).map(b"".join)
    return st.lists(text.filter(len), min_size=1, max_size=3)


def rules_for(lines: list[list[bytes]]) -> st.SearchStrategy[WordRules]:
    """Return a strategy for rules about a text's words, and some that it does not have."""
    words = sorted({token.decode() for line in lines for token in line} | {"nowhere", "gone"})
    chosen = st.lists(st.sampled_from(words), unique=True, max_size=6)
    return st.builds(
        lambda words, n_keep, room: WordRules(
            room and max(2, n_keep, room), tuple(words[:n_keep]), tuple(words[n_keep:])
        ),
        chosen,
        st.integers(0, 3),
        st.none() | st.integers(2, 6),
    )


def block_bytes() -> st.SearchStrategy[int]:
    """Return a strategy for sizes of blocks: cut everywhere, somewhere or nowhere."""
    return st.sampled_from([1, 2, 3, 5, 8, 13, 64, 1 << 20])


def make_writer(folder: Path) -> Callable[[list[bytes]], list[Path]]:
    """Return a function that writes texts to files in a folder, over those of the call before."""

    def write(contents: list[bytes]) -> list[Path]:
        paths = [folder / f"{pos}.txt" for pos in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths

    return write

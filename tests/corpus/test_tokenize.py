"""Cutting text into words and characters: against the data of Unicode, and against uniseg."""

from __future__ import annotations

import itertools
import json
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from cli_helpers import run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from uniseg.wordbreak import words as uniseg_words

import huffvec
from huffvec import Tokenizer
from huffvec.corpus import count_words
from huffvec.corpus.options import InputOptions
from huffvec.corpus.transform import Transform, lowered
from huffvec.errors import ConfigError, CorpusError, FormatError

OFFICIAL = Path(__file__).parents[1] / "reference" / "WordBreakTest-15.0.0.txt"
CIRCLED = [(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)]
KEEP_ALL = Tokenizer(punctuation="keep")


def is_letter(char: str) -> bool:
    """Letters, and symbols that are alphabetic."""
    category = unicodedata.category(char)
    return category[0] == "L" or category == "Nl" or any(a <= ord(char) <= b for a, b in CIRCLED)


def is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Mc", "Me") or (
        "\U0001f3fb" <= char <= "\U0001f3ff"  # modifiers of emoji: "Extend", as marks are
    )


def tokens_of(segments: list[str], tokenizer: Tokenizer) -> str:
    """What the tokeniser must make of segments."""
    text = []
    for segment in segments:
        number = any(unicodedata.category(char) in ("Nd", "No") for char in segment)
        if segment in ("\n", "\r\n"):
            text.append("\n")
        elif any(map(is_letter, segment)):
            text.append(segment + " ")
        elif number and tokenizer.digits != "drop":
            text.append("0 " if tokenizer.digits == "zero" else segment + " ")
        elif not number and (
            segment[0] == "\0" or (tokenizer.punctuation == "keep" and not is_unseen(segment[0]))
        ):
            text.append(segment + " ")
    return "".join(text)


def test_unicodes_own_test() -> None:
    n_tests = 0
    for line in OFFICIAL.read_text().splitlines():
        if line.startswith("#") or "2701" in line:  # no pictograph any more in Unicode 17
            continue
        parts = line.strip("÷\t ").split("÷")
        segments = ["".join(chr(int(point, 16)) for point in part.split("×")) for part in parts]
        text = "".join(segments)
        assert KEEP_ALL(text.encode()).decode() == tokens_of(segments, KEEP_ALL), line
        n_tests += 1
    assert n_tests > 1800


LIKELY = [
    *"aZž9٣_.,:;'’\"-!?()%@#/€“„ \n\t",
    "\u0301",
    "\u200d",
    "\u00ad",
    "ש",
    "״",
    "カ",
    "ー",
    "あ",
    "語",
    "ก",
    "ั",
    "한",
    "²",
    "Ⅳ",
    "Ⓐ",
    "👩",
    "👍",
    "\U0001f3fd",
    "🇸",
    "🇰",
    "\ufe0f",
    "\u00a0",
    "\u200b",
]
TEXTS = st.text(
    # The cedilla is a letter since Unicode 17; all else is as it was in the 16 of uniseg.
    st.sampled_from(LIKELY)
    | st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\u00b8"),
    max_size=40,
)
TOKENIZERS = st.builds(
    Tokenizer,
    st.just("words"),
    st.sampled_from(["drop", "keep"]),
    st.sampled_from(["keep", "zero", "drop"]),
)


def changed_since(text: str) -> bool:
    """Whether a text has pictographs of Unicode 16 that are none in Unicode 17."""
    return any(unicodedata.category(char) == "So" for char in text) and "\u200d" in text


@given(text=TEXTS, tokenizer=TOKENIZERS)
@settings(max_examples=500)
@example(text="don't can’t “mesto” 3,14 a_b U.S.A. co-op", tokenizer=Tokenizer())
def test_words_are_those_of_uniseg(text: str, tokenizer: Tokenizer) -> None:
    if changed_since(text):
        text = text.replace("\u200d", "")
    expected = tokens_of(list(uniseg_words(text)), tokenizer)
    assert tokenizer(text.encode()).decode() == expected


@given(text=TEXTS, tokenizer=TOKENIZERS)
@settings(max_examples=300)
def test_no_word_reaches_over_white_space(text: str, tokenizer: Tokenizer) -> None:
    """So that pieces, which are cut behind it, have together the tokens of the whole."""
    for pos, char in enumerate(text):
        if char in " \t\n\r\v\f":
            parts = [text[: pos + 1], text[pos + 1 :]]
            assert b"".join(tokenizer(part.encode()) for part in parts) == tokenizer(text.encode())


@given(
    text=st.text(
        st.sampled_from("aZžŽΣσİß\n .'ǅȺK\u0301𐐀") | st.characters(exclude_categories=["Cs"])
    )
)
@settings(max_examples=500)
@example(text="ΑΣ\nΑΣΑ\nİž\nÁ")
def test_small_letters_are_those_of_python(text: str) -> None:
    assert lowered(text.encode()).decode() == text.lower()


def test_all_small_letters() -> None:
    text = "".join(f"{chr(point)} " for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    for begin in range(0, len(text), 1000):  # in parts: a line with a special one is Python's
        part = text[begin : begin + 1000]
        assert lowered(part.encode()).decode() == part.lower()


def test_examples() -> None:
    def words(text: str, name: str = "words") -> list[str]:
        return InputOptions(tokenize=name).tokens(text)

    text = "„Mesto“, mesto; mesto! (can't) 3.14 B52 new_york co-op :-) 👍🏽"
    assert " ".join(words(text)) == "Mesto mesto mesto can't 3.14 B52 new_york co op"
    assert words(text, "words:digits=zero")[4:6] == ["0", "B52"]
    assert words(text, "words:digits=drop")[4] == "B52"
    kept = "„ Mesto “ , mesto ; mesto ! ( can't ) 3.14 B52 new_york co - op : - ) 👍🏽"
    assert " ".join(words(text, "words:punctuation=keep")) == kept
    assert words("北京カタカナ สวัสดี") == ["北", "京", "カタカナ", "ส", "วั", "ส", "ดี"]
    assert words("北京カナ、ab 12", "characters") == ["北", "京", "カ", "ナ", "a", "b", "1", "2"]
    assert words("é、e\u0301", "characters:punctuation=keep") == ["é", "、", "e\u0301"]
    assert words("\0 a") == ["\0", "a"]  # left to the rule for such texts


@pytest.mark.parametrize("name", ["words", "characters"])
def test_broken_bytes_are_passed_by(name: str) -> None:
    """The reader of a file has decided about them before; nothing is read behind the end."""
    for text in (b"a\xff b", b"a \xf0\x9f", b"\xc3", b"\xe2\x82"):
        assert Tokenizer.parse(name)(text).split() in ([b"a", b"b"], [b"a"], [])


def test_names() -> None:
    for unit, punctuation, digits in itertools.product(
        ["words", "characters"], ["drop", "keep"], ["keep", "zero", "drop"]
    ):
        tokenizer = Tokenizer(unit, punctuation, digits)
        assert Tokenizer.parse(str(tokenizer)) == tokenizer
        assert InputOptions(tokenize=tokenizer).tokenize == str(tokenizer)
    assert str(Tokenizer()) == "words"
    assert str(Tokenizer(digits="zero")) == "words:digits=zero"
    assert InputOptions().transform is None
    assert InputOptions(tokenize="words").transform == Transform(tokenizer=Tokenizer())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("word", "tokenize must be one of words, characters, not 'word'. Did you mean 'words'"),
        ("words:digit=zero", "tokenize: an option must be one of .* Did you mean 'digits'"),
        ("words:digits=0", "tokenize: digits must be one of keep, zero, drop, not '0'"),
        ("words:punctuation=no", "tokenize: punctuation must be one of drop, keep"),
        ("words:digits", "tokenize must be like words:digits=zero, not 'words:digits'"),
        ("words:digits=zero,digits=drop", "tokenize must be like words:digits=zero"),
        (3, "tokenize must be text such as 'words' or a Tokenizer, not 3"),
    ],
)
def test_names_that_cannot_be(value, message) -> None:
    with pytest.raises(ConfigError, match=message):
        huffvec.encode(iter(["a b"]), tokenize=value)


LINES = ["„Ahoj“, MESTO!", "Mesto; ahoj... 3,5 (mesto)", "", "mesto"]
EXPECTED = {"mesto": 4, "ahoj": 2, "3,5": 1}


def test_all_inputs_of_text(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("\ufeff" + "\n".join(LINES))
    rows = tmp_path / "x.jsonl"
    rows.write_text("\n".join(json.dumps({"text": line}) for line in LINES))
    table = pa.table({"text": LINES})
    for data in (path, rows, iter(LINES), table, table.column("text").combine_chunks()):
        with huffvec.encode(data, min_count=1, tokenize="words", lowercase=True) as corpus:
            vocabulary = corpus.vocabulary
            assert dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == EXPECTED
            assert corpus.n_sentences == 3
            assert corpus.record.tokenize == "words"
    with huffvec.encode([["mesto;", "A b"]], min_count=1, tokenize="words") as corpus:
        assert corpus.vocabulary.words == ["A b", "mesto;"]  # they are tokens already
    path.write_bytes(b"mesto; \xff")
    with pytest.raises(CorpusError, match="not UTF-8: byte 0xFF at byte offset 7"):
        huffvec.encode(path, min_count=1, tokenize="words")


@pytest.mark.parametrize("n_threads", [1, 3])
def test_large_files_in_pieces(tmp_path: Path, n_threads: int) -> None:
    path = tmp_path / "x.txt"
    path.write_text("„Žltý kôň“, koňa; 北京! Čo\n" * 80_000)
    assert path.stat().st_size > 2 << 20
    options = {"tokenize": "words:punctuation=keep", "lowercase": True}
    vocabulary, record = count_words(path, min_count=1, n_threads=n_threads, **options)
    assert set(vocabulary.counts.tolist()) == {80_000}
    assert set(vocabulary.words) == {*"„“,;北京!", "žltý", "kôň", "koňa", "čo"}
    assert record.n_raw_sentences == 80_000


def test_models_remember(tmp_path: Path) -> None:
    path, model_path = tmp_path / "x.txt", tmp_path / "x.hv"
    path.write_text("\n".join(LINES * 30))
    args = ["--tokenize", "words:digits=zero", "--lowercase", "--dim", 4, "--min-count", 1, "-q"]
    assert run("train", path, "-o", model_path, *args) == 0
    model = huffvec.load(model_path)
    assert set(model.vocabulary.words) == {"mesto", "ahoj", "0"}
    assert model.training["tokenize"] == "words:digits=zero"
    reading = InputOptions.of(**InputOptions.recorded(model.training))
    assert reading.tokens("„MESTO“ 12") == ["mesto", "0"]
    assert model.vectors.spelling("„MESTO“,") == "mesto"
    assert model.vectors.spelling("ahoj Mesto") == "ahoj mesto"  # two, and so unknown
    result = huffvec.perplexity(model, path)
    assert (result.n_oov, result.n_targets) == (0, 180)
    more = huffvec.train_more(model, iter(["Nové; nové: NOVÉ"]), min_count=1)
    assert more.vocabulary.words[-1] == "nové"
    assert more.training["tokenize"] == "words:digits=zero"


def test_encoded_corpora_remember(tmp_path: Path) -> None:
    path, encoded = tmp_path / "x.txt", tmp_path / "x.hvc"
    path.write_text("\n".join(LINES))
    assert run("encode", path, "-o", encoded, "--tokenize", "words", "--min-count", 1, "-q") == 0
    assert huffvec.load_corpus(encoded).record.tokenize == "words"
    huffvec.train(encoded, tokenize="words", dim=2, epochs=1, subsample_threshold=0)
    with pytest.raises(ConfigError, match=r"tokenize: the corpus was encoded with"):
        huffvec.train(encoded, tokenize="characters", dim=2)
    with huffvec.encode(iter(["a b"]), min_count=1) as corpus:
        object.__setattr__(corpus.record, "tokenize", "sentences")
        corpus.save(encoded)
    with pytest.raises(FormatError, match="its record cannot be used: tokenize must be one of"):
        huffvec.load_corpus(encoded)


def test_the_command_counts(tmp_path: Path, capsys) -> None:
    path, counts = tmp_path / "x.txt", tmp_path / "v.tsv"
    path.write_text("\n".join(LINES))
    args = ["-o", counts, "--min-count", 1, "--tokenize", "words", "--lowercase"]
    assert run("vocab", path, *args, "-q") == 0
    assert counts.read_text() == "mesto\t4\nahoj\t2\n3,5\t1\n"
    assert run("vocab", path, "-o", counts, "--tokenize", "word") != 0
    assert "--tokenize must be one of words, characters" in capsys.readouterr().err

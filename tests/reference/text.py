"""Counting and encoding with bytes.split: what huffvec._text must do, slowly and obviously."""

from __future__ import annotations

from collections import Counter

from huffvec.corpus.word_rules import WordRules


def sentences(texts: list[bytes], errors: str = "strict") -> list[list[bytes]]:
    """Return the tokens of all lines that have any."""
    lines = [line for text in texts for line in text.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    tokens = [[repair(token, errors) for token in line.split()] for line in lines]
    return [line for line in tokens if line]


def repair(token: bytes, errors: str) -> bytes:
    """Return the token after decoding, which raises UnicodeDecodeError when strict."""
    return token.decode("utf-8", errors).encode()


def vocabulary(
    lines: list[list[bytes]], min_count: int, rules: WordRules | None = None
) -> list[tuple[bytes, int]]:
    """Return words and counts: count descending, then bytes."""
    counts = Counter(token for line in lines for token in line)
    keep = {word.encode() for word in rules.keep_words} if rules else set()
    drop = {word.encode() for word in rules.drop_words} if rules else set()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    kept = [item for item in ordered if item[0] in keep]
    for item in ordered:
        full = rules is not None and rules.max_words is not None and len(kept) >= rules.max_words
        if not full and item[1] >= min_count and item[0] not in keep | drop:
            kept.append(item)
    return [item for item in ordered if item in kept]


def encoded(lines: list[list[bytes]], words: list[bytes]) -> tuple[list[int], list[int]]:
    """Return word ids and sentence offsets."""
    word_ids = {word: word_id for word_id, word in enumerate(words)}
    ids: list[int] = []
    offsets = [0]
    for line in lines:
        ids += [word_ids[token] for token in line if token in word_ids]
        if len(ids) > offsets[-1]:
            offsets.append(len(ids))
    return ids, offsets

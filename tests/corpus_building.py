"""The engine's pass over pieces, for tests that cut text wherever they like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec import _text
from huffvec.corpus.word_rules import WordRules

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Built(NamedTuple):
    """What the engine has made of texts."""

    builder: _text.CorpusBuilder
    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]
    n_run_bytes: int


@contextmanager
def new_builder(
    paths: list[Path], *, rules: WordRules | None = None, min_count: int = 1, **options: Any
) -> Iterator[_text.CorpusBuilder]:
    """Yield a builder that writes ids, offsets and runs to these files."""
    defaults = {"n_threads": 2, "table_bytes": 1 << 62, "replace_errors": False}
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("wb+")) for path in paths]
        yield _text.CorpusBuilder(
            np.empty(0, np.uint8),
            ids_fd=files[0].fileno(),
            offsets_fd=files[1].fileno(),
            runs_fd=files[2].fileno(),
            rules=(rules or WordRules()).native(min_count),
            count_only=False,
            **{**defaults, **options},
        )


def build(texts: list[bytes], paths: list[Path], cuts: int, **options: Any) -> Built:
    """Encode texts, each cut at the first white space behind every so many bytes."""
    with new_builder(paths, **options) as builder:
        number = 0
        for text in texts:
            offset = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
            while offset < len(text):
                spaces = (i for i in range(offset + cuts, len(text)) if text[i : i + 1].isspace())
                end = next(spaces, len(text)) + 1
                builder.add_text(number, b"x", offset, text[offset:end], False)
                offset, number = end, number + 1
            builder.add_text(number, b"x", len(text), b"", True)
            number += 1
        builder.finish()
        assert builder.wait(60)
    ids = np.fromfile(paths[0], np.int32)[: builder.n_kept_tokens]
    offsets = np.fromfile(paths[1], np.int64)[: builder.n_kept_sentences + 1]
    return Built(builder, ids, offsets, paths[2].stat().st_size)

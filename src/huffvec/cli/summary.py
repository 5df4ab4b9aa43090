"""What commands that train print at the end: what was trained, where it is, what to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from huffvec.cli.common import facts_table, print_table, show_next
from huffvec.training.progress import Silent, format_bytes, format_count

if TYPE_CHECKING:
    from huffvec.model import Model


def show_trained(model: Model, sink: Silent, output: str) -> None:
    """Print what was trained and what to do with it."""
    show_summary(model, sink, output)
    show_next(
        ["nearest", output, _typical_word(model.vocabulary.words)],
        ["convert", output, *_converted(model, Path(output).stem)],
    )


def show_summary(model: Model, sink: Silent, output: str) -> None:
    """Print what was trained, how fast, and where it is."""
    rows = [
        ("words", f"{len(model.vocabulary):,}"),
        ("tokens", f"{model.training['corpus_tokens']:,} × {model.config.epochs} epochs"),
    ]
    if sink.last:
        rows += [
            ("training", f"{sink.last.seconds:.1f} s"),
            ("speed", f"{format_count(sink.last.words_per_second)} words/s"),
            ("loss", f"{sink.loss:.3f} nats per target at the end"),
        ]
    if "stopped" in model.training:
        rows.append(("ended early", model.training["stopped"]))
    rows += [
        ("written", f"{output} ({format_bytes(Path(output).stat().st_size)})"),
    ]
    print_table(facts_table(rows))


def _converted(model: Model, stem: str) -> list[str]:
    """Return the file that others read the vectors from, with n-grams if there are some."""
    subwords = model.config.subwords
    if subwords is None:
        return [f"{stem}.bin", "--to", "word2vec-binary"]
    return [f"{stem}.floret" if subwords.hash_words else f"{stem}.bin"]


def _typical_word(words: Sequence[str]) -> str:
    """Return a word that a reader knows: frequent, but not one of the little ones."""
    candidates = words[min(100, len(words) // 2) :]
    return next((word for word in candidates if len(word) > 4 and word.isalpha()), words[0])

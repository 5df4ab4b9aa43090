"""What commands that train print at the end: what was trained, where it is, what to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from huffvec.architectures import ARCHITECTURES
from huffvec.cli.common import show_next
from huffvec.cli.output import Fact, print_facts
from huffvec.progress.words import format_bytes, format_count
from huffvec.training.progress import Silent

if TYPE_CHECKING:
    from huffvec.model import Model


def show_trained(
    model: Model, sink: Silent, output: str, *, quiet: bool = False, as_json: bool = False
) -> None:
    """Print what was trained and what to do with it."""
    if as_json or not quiet:
        show_summary(model, sink, output, as_json=as_json)
    if not (as_json or quiet) and not ARCHITECTURES[model.config.architecture].has_word_vectors:
        show_next(["info", output])
    elif not (as_json or quiet):
        show_next(
            ["nearest", output, _typical_word(model.vocabulary.words)],
            ["convert", output, *_converted(model, Path(output).stem)],
        )


def show_summary(model: Model, sink: Silent, output: str, *, as_json: bool = False) -> None:
    """Print what was trained, how fast, and where it is."""
    tokens, size = model.training["corpus_tokens"], Path(output).stat().st_size
    facts = [
        Fact("words", len(model.vocabulary)),
        *([] if model.tags is None else _documents(model)),
        Fact("tokens", tokens),
        Fact("epochs", model.config.epochs),
        Fact("learning rate", model.config.learning_rate),
    ]
    if sink.last:
        speed, mean = sink.last.words_per_second, model.training["loss"]
        facts += [
            Fact("seconds", sink.last.seconds, f"{sink.last.seconds:.1f}"),
            Fact("words per second", speed, format_count(speed)),
            Fact("loss", sink.loss, f"{sink.loss:.3f} nats per target at the end"),
            Fact("mean loss", mean, f"{mean:.3f} nats per target in all of training"),
        ]
    if "workers" in model.training:
        facts.append(Fact("workers", model.training["workers"]))
    if "stopped" in model.training:
        facts.append(Fact("ended early", model.training["stopped"]))
    facts += [Fact("written", output), Fact("bytes", size, format_bytes(size))]
    print_facts(facts, as_json=as_json)


def _documents(model: Model) -> list[Fact]:
    """Return what there is to say of documents and their tags."""
    assert model.tags is not None
    documents = Fact("documents", model.training["corpus_sentences"])
    return [documents, Fact("tags", len(model.tags))]


def _converted(model: Model, stem: str) -> list[str]:
    """Return the name of the file to make for other programs."""
    subwords = model.config.subwords
    if subwords is None:
        return [f"{stem}.bin", "--to", "word2vec-binary"]
    return [f"{stem}.floret" if subwords.hash_words else f"{stem}.bin"]


def _typical_word(words: Sequence[str]) -> str:
    """Return a word that a reader knows: frequent, but not one of the little ones."""
    candidates = words[min(100, len(words) // 2) :]
    return next((word for word in candidates if len(word) > 4 and word.isalpha()), words[0])

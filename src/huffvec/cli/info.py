"""``huffvec info``: what a model, a classifier, a vector file or an encoded corpus holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import AsJson
from huffvec.cli.output import Fact, print_facts, print_json
from huffvec.progress.words import format_bytes

if TYPE_CHECKING:
    from huffvec.classify.file import ClassifierInfo
    from huffvec.formats.hv import HvInfo


def info(
    model: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="A model (.hv), a classifier (.hvclf), vectors in any format that "
            "[bold]convert[/bold] knows, or an encoded corpus (.hvc).",
        ),
    ],
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            show_default=False,
            help="Read the whole file and compare it with the checksums in it.",
        ),
    ] = False,
    as_config: Annotated[
        bool,
        typer.Option(
            "--config",
            show_default=False,
            help="Print how a model, the model of a checkpoint, or the last one in a log of "
            "training was trained, as a file for [bold]train --config[/bold]; or a classifier, for "
            "[bold]classify train[/bold].",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is in a model, classifier, vector file or encoded corpus, and how it was made.

    Large models take no longer than small ones, except with --verify: their vectors are not read.
    """
    if as_config:
        _print_config(model)
        return
    from huffvec.files.opening import on_disk
    from huffvec.files.paths import size_of

    with on_disk(model) as file:
        facts = _all_facts(file)
        if verify:
            facts["checksums"] = _verified(file, str(facts["format"]))
    facts["bytes"] = size_of(model)
    if as_json:
        print_json(facts)
    else:
        print_facts(list(_rows(facts)))


def _print_config(path: str) -> None:
    """Print how a model was trained, as a configuration file."""
    from huffvec.classify.config_file import config_of_file
    from huffvec.classify.file import is_classifier_file
    from huffvec.training.config_file import config_text
    from huffvec.training.recorded import read_recorded

    comment = f"How {Path(path).name} was trained."
    if is_classifier_file(Path(path)):
        typer.echo(config_of_file(Path(path), comment), nl=False)
    else:
        typer.echo(config_text(*read_recorded(path), comment), nl=False)


def _all_facts(file: Path) -> dict[str, Any]:
    """Return the facts about a file of any kind, as JSON values."""
    from huffvec.classify.file import is_classifier_file
    from huffvec.classify.saving import FORMAT
    from huffvec.corpus.file import is_corpus_file
    from huffvec.formats import detect, read_vectors
    from huffvec.formats.hv import read_info

    if is_classifier_file(file):
        return {"format": FORMAT, "bytes": 0, **_classifier_facts(file)}
    is_corpus = is_corpus_file(file)
    facts = {"format": "huffvec-corpus" if is_corpus else detect(file), "bytes": 0}
    if is_corpus:
        return facts | _corpus_facts(file)
    if facts["format"] == "huffvec":
        return facts | _facts(file, read_info(file))
    if facts["format"] == "fasttext":
        return facts | _fasttext_facts(file)
    vectors = read_vectors(file, str(facts["format"]))
    return facts | {"words": len(vectors), "dim": vectors.dim}


def _verified(file: Path, format: str) -> str:
    """Return what there is to say of a file's checksums if they are right."""
    from huffvec.files.safetensors_file import verify

    own = ("huffvec", "huffvec-corpus", "huffvec-classifier")
    has_checksums = format in own and verify(file)
    return "correct" if has_checksums else "none in this file"


def _facts(path: Path, header: HvInfo) -> dict[str, Any]:
    """Return the facts in a model's header, as JSON values."""
    return {
        "words": header.n_words,
        **_document_facts(path, header),
        "dim": header.dim,
        "complete_model": header.is_model,
        **_records(header),
    }


def _document_facts(path: Path, header: HvInfo) -> dict[str, Any]:
    """Return how many documents have vectors, and of how many nothing is known."""
    from huffvec.files.safetensors_file import map_tensors

    if "tag_counts" not in header.tensors:
        return {}
    counts = map_tensors(path, {"tag_counts": header.tensors["tag_counts"]})["tag_counts"]
    return {"documents": len(counts), "documents_without_words": int((counts == 0).sum())}


def _classifier_facts(path: Path) -> dict[str, Any]:
    """Return the facts in a classifier's header, as JSON values."""
    from huffvec.classify.file import read_info

    header = read_info(path)
    return {
        "labels": header.n_labels,
        "features": header.n_features,
        "dim": header.dim,
        **_records(header),
        **({"extra": header.extra} if header.extra else {}),
    }


def _records(header: HvInfo | ClassifierInfo) -> dict[str, Any]:
    """Return the records that a header has, and its tensors' types and shapes."""
    records = {
        "objective": header.objective,
        "config": header.config,
        "training": header.training,
        "versions": header.versions,
        "tensors": {
            name: f"{tensor.dtype} {'×'.join(map(str, tensor.shape))}"
            for name, tensor in header.tensors.items()
        },
    }
    return {name: record for name, record in records.items() if record}


def _corpus_facts(path: Path) -> dict[str, Any]:
    """Return the facts about an encoded corpus, as JSON values."""
    from dataclasses import asdict

    from huffvec.corpus.file import load_corpus

    with load_corpus(path) as corpus:
        tags = corpus.tags
        sentences = "sentences" if tags is None else "documents"
        return {
            "words": len(corpus.vocabulary),
            "tokens": corpus.n_tokens,
            sentences: corpus.n_sentences,
            **({} if tags is None else {"tags": len(tags.vocabulary)}),
            "encoded": asdict(corpus.record),
        }


def _fasttext_facts(path: Path) -> dict[str, Any]:
    """Return the facts about a .bin or .ftz file of fastText, as JSON values."""
    from dataclasses import asdict

    from huffvec.formats.fasttext_file import read_fasttext_file

    content = read_fasttext_file(path, quantized=True)
    return {
        "words": content.n_words,
        "labels": content.n_labels,
        "dim": content.args.dim,
        "tokens": content.n_tokens,
        "config": asdict(content.args),
        "tensors": {
            "input_vectors": f"float32 {'×'.join(map(str, content.input_vectors.shape))}",
            "output_vectors": f"float32 {'×'.join(map(str, content.output_vectors.shape))}",
        },
    }


def _rows(facts: dict[str, Any]) -> Iterator[Fact]:
    """Yield the facts; of what is itself a record, each of its own."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from (Fact(f"{name}: {_called(key)}", inner) for key, inner in value.items())
        else:
            text = format_bytes(value) if name == "bytes" else ""
            yield Fact(name.replace("_", " "), value, text)


def _called(key: str) -> str:
    """Return what to call a fact; the loss as in the summary of training, which has two."""
    return "mean loss" if key == "loss" else key

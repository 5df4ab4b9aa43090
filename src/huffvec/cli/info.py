"""``huffvec info``: what a file of a model or of vectors holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from huffvec.cli.common import AsJson, ModelFile, facts_table, print_table
from huffvec.training.progress import format_bytes

if TYPE_CHECKING:
    from huffvec.formats.hv import HvInfo


def info(model: ModelFile, as_json: AsJson = False) -> None:
    """Show what a model file holds and how it was trained.

    Reads no vectors from a model (.hv), so it is as fast with a large one.
    """
    from huffvec.files import size_of
    from huffvec.formats import detect, read_vectors
    from huffvec.formats.hv import read_info

    facts: dict[str, Any] = {"format": detect(model), "bytes": size_of(model)}
    if facts["format"] == "huffvec":
        facts |= _facts(read_info(model))
    elif facts["format"] == "fasttext":
        facts |= _fasttext_facts(model)
    else:
        vectors = read_vectors(model, facts["format"])
        facts |= {"words": len(vectors), "dim": vectors.dim}
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    else:
        print_table(facts_table(list(_rows(facts).items())))


def _facts(header: HvInfo) -> dict[str, Any]:
    """Return what a model's header tells, as JSON values."""
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
    return {
        "words": header.n_words,
        "dim": header.dim,
        "complete_model": header.is_model,
        **{name: record for name, record in records.items() if record},
    }


def _fasttext_facts(path: str) -> dict[str, Any]:
    """Return what a .bin file of fastText tells, as JSON values."""
    from dataclasses import asdict

    from huffvec.formats.fasttext_file import read_fasttext_file

    content = read_fasttext_file(path)
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


def _rows(facts: dict[str, Any]) -> dict[str, str]:
    """Return the facts as names and texts for people; what is itself a record, one line each."""
    rows: dict[str, str] = {}
    for name, value in facts.items():
        if isinstance(value, dict):
            rows |= {f"{name}: {key}": _text(inner) for key, inner in value.items()}
        else:
            shown = format_bytes(value) if name == "bytes" else _text(value)
            rows[name.replace("_", " ")] = shown
    return rows


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)

"""``huffvec info``: what a model file holds."""

from __future__ import annotations

from huffvec.cli.common import AsJson, ModelFile


def info(model: ModelFile, as_json: AsJson = False) -> None:
    """Show what a model file holds and how it was trained; reads no vectors."""

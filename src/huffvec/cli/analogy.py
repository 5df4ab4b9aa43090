"""``huffvec analogy``: A is to B as C is to what."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile, NearestCount, print_scored

_Word = Annotated[str, typer.Argument(show_default=False)]


def analogy(
    model: ModelFile,
    a: _Word,
    b: _Word,
    c: _Word,
    k: NearestCount = 10,
    as_json: AsJson = False,
) -> None:
    """Solve an analogy: what is to C as B is to A.

    [dim]huffvec analogy wiki.hv man king woman[/dim] should answer queen.
    """
    from huffvec.model import load_vectors

    print_scored(f"{a} : {b} :: {c} : ?", load_vectors(model).analogy(a, b, c, k), as_json=as_json)

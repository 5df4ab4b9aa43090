"""``huffvec analogy``: solve an analogy."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from huffvec.cli.common import AsJson, ModelFile, NearestCount, Threads, print_scored
from huffvec.cli.lookup import Among, Combination, Exclude, OfDocuments, known_words, load


def analogy(
    model: ModelFile,
    a: Annotated[str, typer.Argument(metavar="A", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", show_default=False)],
    c: Annotated[str, typer.Argument(metavar="C", show_default=False)],
    k: NearestCount = 10,
    exclude: Exclude = None,
    among: Among = None,
    method: Combination = "add",
    documents: OfDocuments = False,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Solve an analogy: A is to B as C is to ?

    [dim]huffvec analogy wiki.hv man king woman[/dim] should answer queen.
    """  # noqa: D400 (a question)
    vectors = load(model, documents=documents)
    list(known_words(vectors, [a, b, c], leave_out=False))
    combined: Any = method  # checked there
    found = vectors.analogy(
        a, b, c, k, exclude=exclude or (), among=among, method=combined, n_threads=threads
    )
    print_scored(f"{a} : {b} :: {c} : ?", found, as_json=as_json)

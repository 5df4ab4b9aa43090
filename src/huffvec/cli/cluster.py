"""``huffvec cluster``: words in groups of similar ones."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile
from huffvec.cli.lookup import OfDocuments, load
from huffvec.cli.output import Field, print_rows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.vectors.word_vectors import WordVectors

N_SHOWN = 8  # words of a cluster on a terminal


def cluster(
    model: ModelFile,
    k: Annotated[
        int, typer.Option("-k", metavar="N", show_default=False, help="Number of clusters.")
    ],
    top: Annotated[
        int | None,
        typer.Option(
            metavar="N", show_default="all", help="Cluster only the N most frequent words."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", help="The same seed finds the same clusters.")
    ] = 1,
    documents: OfDocuments = False,
    as_json: AsJson = False,
) -> None:
    r"""Cluster similar words or documents, by k-means on the directions of their vectors.

    In a pipe: a word and the number of its cluster a line, in the order of the words, as word2vec.c
    prints them with -classes. Needs scikit-learn: [bold]pip install 'huffvec\[sklearn]'[/bold].
    """
    vectors = load(model, documents=documents)
    if top is not None:
        vectors = vectors.top(top)
    found = vectors.clusters(k, seed=seed)
    if sys.stdout.isatty() and not as_json:
        _show(vectors, found)
        return
    fields = [Field(vectors.row_name), Field("cluster")]
    rows = zip(vectors.words, found.tolist(), strict=True)
    print_rows(fields, rows, as_json=as_json, header=False)


def _show(vectors: WordVectors, found: npt.NDArray[np.int64]) -> None:
    """Print a table of the clusters and their most frequent words."""
    members: dict[int, list[str]] = {}
    for word, number in zip(vectors.words, found.tolist(), strict=True):
        members.setdefault(number, []).append(word)
    rows = [
        (number, len(words), " ".join(words[:N_SHOWN])) for number, words in sorted(members.items())
    ]
    print_rows([Field("cluster"), Field("words"), Field("most frequent")], rows)

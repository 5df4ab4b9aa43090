"""``huffvec evaluate``: compare vectors with human judgement."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile
from huffvec.cli.lookup import OfDocuments, load
from huffvec.cli.output import Field, print_json, print_rows
from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from huffvec.evaluation import Evaluation


def evaluate(
    model: ModelFile,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Word pairs and their human similarity scores, such as wordsim353.tsv or "
            "SimLex-999.txt. May be given several times.",
        ),
    ] = None,
    analogies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Four words a line, such as questions-words.txt. May be given several times.",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option(
            metavar="N", help="Use only the N most frequent words, in questions and in answers."
        ),
    ] = 30_000,
    method: Annotated[
        str,
        typer.Option(
            metavar="add|multiply",
            help="Solve analogies by the sum of vectors (3CosAdd) or the product of similarities "
            "(3CosMul).",
        ),
    ] = "add",
    unseen: Annotated[
        str,
        typer.Option(
            metavar="keep|skip",
            help="What to do with pairs of words that are not in the vocabulary but have a vector "
            "from their n-grams.",
        ),
    ] = "keep",
    next_item: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Sequences of items, one a line: rank the last of each by those before it. The "
            "model must not have been trained on the last ones.",
        ),
    ] = None,
    context: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default="the model's window",
            help="With --next-item, the number of items before the last that predict it, at most.",
        ),
    ] = None,
    exclude_context: Annotated[
        bool,
        typer.Option(
            "--exclude-context",
            show_default=False,
            help="With --next-item, never predict an item of the context.",
        ),
    ] = False,
    documents: OfDocuments = False,
    as_json: AsJson = False,
) -> None:
    """Test the vectors: against human judgements of similarity, and on analogies.

    Pairs: Spearman's and Pearson's correlation with people's scores, and the probability (p) of one
    as strong by chance. Analogies: the share that is answered right.
    """
    if next_item is not None:
        if pairs or analogies or documents:
            raise ConfigError("--next-item is an evaluation of its own: leave the others out")
        _next_items(model, next_item, context, exclude_context, as_json=as_json)
        return
    if not pairs and not analogies:
        raise ConfigError(
            "Nothing to evaluate with: expected --pairs FILE or --analogies FILE, found neither."
        )
    result = load(model, documents=documents).evaluate(
        pairs or [],
        analogies or [],
        top,
        unseen=unseen,  # type: ignore[arg-type]  # they are checked there
        method=method,  # type: ignore[arg-type]
    )
    if as_json:
        print_json(result.to_dict())
    else:
        print_rows(FIELDS, _rows(result))


def _next_items(
    path: str, sequences: str, context: int | None, exclude_context: bool, *, as_json: bool
) -> None:
    """Print how well the last item of each sequence is predicted."""
    from huffvec.evaluation.next_items import CUTOFFS, evaluate_next_items
    from huffvec.model import load as load_model

    found = evaluate_next_items(
        load_model(path), sequences, context=context, exclude_context=exclude_context
    )
    fields = [Field("method"), *(Field(f"hit@{k}", ".3f", ".6f") for k in CUTOFFS)]
    fields += [Field("mrr", ".3f", ".6f"), Field("sequences")]
    rows = [(one.method, *one.hits.values(), one.mrr, one.n_sequences) for one in found]
    print_rows(fields, rows, as_json=as_json)


FIELDS = (
    Field("test"),
    Field("part"),
    Field("measure"),
    Field("score", ".3f", ".6f"),
    Field("p", ".2g", ".3g"),
    Field("asked"),
    Field("unseen"),
    Field("left out"),
)


def _rows(result: Evaluation) -> Iterator[tuple[object, ...]]:
    """Yield two lines for a file of pairs, and one for every part of a file of analogies."""
    for pairs in result.pairs:
        counts = pairs.n_pairs, pairs.n_unseen, pairs.n_oov
        yield pairs.name, "", "Spearman", pairs.spearman, pairs.spearman_p, *counts
        yield pairs.name, "", "Pearson", pairs.pearson, pairs.pearson_p, *counts
    for analogies in result.analogies:
        total = analogies.total
        for section in (total, *analogies.parts, *analogies.sections):
            yield (
                total.name,
                "" if section is total else section.name,
                "accuracy",
                section.accuracy if section.n_questions else math.nan,
                None,
                section.n_questions,
                None,
                section.n_oov,
            )

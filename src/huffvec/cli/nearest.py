"""``huffvec nearest``: the words most similar to a word, or to several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import AsJson, ModelFile, NearestCount, Threads, print_scored
from huffvec.cli.lookup import (
    Among,
    Combination,
    Exclude,
    OfDocuments,
    QueryWords,
    input_lines,
    known_words,
    load,
    reads_input,
)
from huffvec.cli.output import Field, print_json, print_rows
from huffvec.errors import ConfigError, UnknownWordError

if TYPE_CHECKING:
    from huffvec.search.index import VectorIndex
    from huffvec.search.queries import Neighbor
    from huffvec.vectors.word_vectors import WordVectors

AT_ONCE = 1024  # words of standard input that are searched together


def nearest(
    model: ModelFile,
    words: QueryWords,
    k: NearestCount = 10,
    together: Annotated[
        bool,
        typer.Option(
            "--together",
            show_default=False,
            help="Search once, for the sum of all the words' vectors (each scaled to length 1), "
            "instead of once for each word.",
        ),
    ] = False,
    negative: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            show_default=False,
            help="Subtract this word's vector; implies --together. May be given several times.",
        ),
    ] = None,
    exclude: Exclude = None,
    among: Among = None,
    method: Combination = "add",
    index: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Search this index of the model, made by [bold]index[/bold].",
        ),
    ] = None,
    documents: OfDocuments = False,
    sentences: Annotated[
        bool,
        typer.Option(
            "--sentences",
            show_default=False,
            help="With --documents, treat every argument, or every line of standard input, as a "
            "new text, whose vector is inferred.",
        ),
    ] = False,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Show the words most similar to a word, or the documents most similar to a document.

    The number is the cosine of the angle between the two vectors: 1 for the same direction. In a
    pipe, the results of several words begin with the word that was asked for.
    """
    together = together or bool(negative) or method != "add"
    from_input = reads_input(words)
    if index is not None and (among is not None or method != "add"):
        raise ConfigError("--among and --method look at all words: leave --index out")
    vectors = load(model, documents=documents)
    given = input_lines() if from_input else iter(words)
    if sentences:
        if together or not documents:
            raise ConfigError("--sentences needs --documents, and looks for each text alone")
        asked = given
    else:
        asked = known_words(vectors, given, leave_out=from_input)
    searched: Any = vectors if index is None else _load_index(index, vectors)
    options: dict[str, Any] = {"exclude": exclude or []}
    if index is None:
        options["among"] = among
    if index is None or not together:
        options["n_threads"] = threads
    if together:
        if index is None:
            options["method"] = method
        query = list(asked)
        less = list(known_words(vectors, negative or [], leave_out=False))
        found = searched.nearest(query, k, negative=less, **options)
        heading = " - ".join([" + ".join(query), *less])
        _print_json(vectors, [(query, less, found)]) if as_json else print_scored(heading, found)
        return
    search = partial(searched.nearest_batch, k=k, **options)
    results = (
        _text_batches(vectors, asked, search, leave_out=from_input)
        if sentences
        else _batches(asked, search)
    )
    if as_json and sentences:
        print_json([{"text": text, "neighbors": _as_dicts(found)} for text, found in results])
    elif as_json:
        _print_json(vectors, [([word], [], found) for word, found in results])
    else:
        _print(results, several=from_input or len(words) > 1)


def _load_index(path: str, vectors: WordVectors) -> VectorIndex:
    from huffvec.search.index import load_index

    return load_index(path, vectors)


def _batches(
    words: Iterator[str], search: Callable[[list[str]], list[list[Neighbor]]]
) -> Iterator[tuple[str, list[Neighbor]]]:
    """Yield every word and what is near it; many are searched at once."""
    while part := list(islice(words, AT_ONCE)):
        yield from zip(part, search(part), strict=True)


def _text_batches(
    vectors: Any,
    texts: Iterator[str],
    search: Callable[[Any], list[list[Neighbor]]],
    *,
    leave_out: bool,
) -> Iterator[tuple[str, list[Neighbor]]]:
    """Yield every text and the documents near it; those without a known word may be left out.

    Raises
    ------
    UnknownWordError
        If a text has none, and is not to be left out.
    """
    while part := list(islice(texts, AT_ONCE)):
        inferred = vectors.infer(part)
        known = [text for text, is_known in zip(part, inferred.known, strict=True) if is_known]
        for text, is_known in zip(part, inferred.known, strict=True):
            if not is_known and not leave_out:
                raise UnknownWordError(f"the model knows no word of {text!r:.80}.")
            if not is_known:
                typer.echo(f"Warning: no known word in {text!r:.80}: left out.", err=True)
        if known:
            yield from zip(known, search(inferred.vectors[inferred.known]), strict=True)


def _print(results: Iterable[tuple[str, list[Neighbor]]], *, several: bool) -> None:
    """Print the words near one word, or near several, whose lines begin with the word in a pipe."""
    if not several:
        for word, found in results:
            print_scored(word, found)
        return
    rows = chain.from_iterable(((word, *neighbor) for neighbor in found) for word, found in results)
    fields = [Field("asked"), Field("word"), Field("similarity", ".3f", ".6f")]
    print_rows(fields, rows, header=False)


def _print_json(
    vectors: WordVectors, results: Iterable[tuple[list[str], list[str], list[Neighbor]]]
) -> None:
    """Print an array with an object for every search."""
    print_json(
        [
            {
                "query": query[0] if len(query) == 1 and not negative else query,
                **({"negative": negative} if negative else {}),
                "looked_up": [vectors.spelling(word) for word in query + negative],
                "in_vocabulary": all(word in vectors for word in query + negative),
                "neighbors": _as_dicts(found),
            }
            for query, negative, found in results
        ]
    )


def _as_dicts(found: list[Neighbor]) -> list[dict[str, Any]]:
    """Return neighbours as JSON values."""
    return [neighbor._asdict() for neighbor in found]

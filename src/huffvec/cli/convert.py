"""``huffvec convert``: vectors from one file format to another."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.classify.common import is_classifier
from huffvec.cli.common import AsJson, ModelFile, Quiet, check_output
from huffvec.cli.lookup import OfDocuments
from huffvec.cli.lookup import load as load_vectors
from huffvec.cli.output import Fact, print_facts
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.files.suffixes import FASTTEXT_SUFFIXES, SUFFIXES
from huffvec.progress.words import format_bytes

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors

# Names without a suffix are those of folders.
_VECTORS = {
    name: endings
    for name, endings in SUFFIXES.items()
    if name not in ("huffvec-corpus", "huffvec-classifier")
}
_FILES = [name for name, endings in _VECTORS.items() if endings]
_FOLDERS = [name for name, endings in _VECTORS.items() if not endings]
_ENDINGS = dict.fromkeys(ending for endings in _VECTORS.values() for ending in endings)
_OF_CLASSIFIERS = (*SUFFIXES["huffvec-classifier"], *FASTTEXT_SUFFIXES)


def convert(
    model: ModelFile,
    output: Annotated[
        str, typer.Argument(metavar="OUTPUT", show_default=False, help="File or folder to write.")
    ],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            show_default=f"by OUTPUT's ending: {', '.join(_ENDINGS)}",
            help=f"Format to write: {', '.join(_FILES)}, or the folders {' and '.join(_FOLDERS)}. "
            "A .bin file is fastText's with subwords, else word2vec's.",
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default="all",
            help="Keep only the first N words: the most frequent ones.",
        ),
    ] = None,
    dtype: Annotated[
        str,
        typer.Option(
            metavar="TYPE",
            help="Round the numbers: float32, float16 (half the size; not in text, word2vec's and "
            "fastText's formats), int8 (a quarter; huffvec and numpy). Only words and vectors are "
            "kept.",
        ),
    ] = "float32",
    without_documents: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Leave out the documents with these tags, one a line; a whole model only.",
        ),
    ] = None,
    approximate: Annotated[
        bool,
        typer.Option(
            "--approximate",
            show_default=False,
            help="Write a classifier for fastText although it will predict other probabilities, "
            "with about the same order of labels.",
        ),
    ] = False,
    documents: OfDocuments = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Convert between vector formats.

    The format of MODEL is detected. Whole models can be converted to fastText's format and back,
    classifiers too (.hvclf, .bin, .ftz); all other formats keep only the words and their vectors,
    and some of them the counts.
    """
    plain = to is None and top is None and dtype == "float32" and not documents
    if plain and output.lower().endswith(_OF_CLASSIFIERS) and is_classifier(model):
        facts = _convert_classifier(model, output, approximate=approximate)
    elif without_documents is not None:
        if not plain or Path(output).suffix != ".hv":
            raise ConfigError(
                OptionName("without_documents"),
                f" makes a whole model: name a file .hv without other options, not {output!r}",
            )
        facts = _without_documents(model, output, without_documents)
    else:
        facts = _convert_vectors(model, output, to, top, dtype, documents=documents)
    if as_json or not quiet:
        from huffvec.files.paths import size_of

        size = size_of(output)
        written = [Fact("written", output), Fact("bytes", size, format_bytes(size))]
        print_facts([*facts, *written], as_json=as_json)


def _convert_vectors(
    model: str, output: str, to: str | None, top: int | None, dtype: str, *, documents: bool
) -> list[Fact]:
    """Write vectors, or a whole model, and return what was written."""
    from huffvec.classify.file import is_classifier_file, load
    from huffvec.formats import format_for_writing

    target = format_for_writing(output, to)
    target.check_dtype(dtype)
    check_output(output, [model], target)
    of_classifier = is_classifier_file(Path(model)) and not documents
    vectors = load(model).vectors if of_classifier else load_vectors(model, documents=documents)
    if top is not None:
        vectors = vectors.top(top)
    whole = top is None and dtype == "float32" and not (of_classifier or documents)
    whole = whole and _convert_whole(model, vectors, output, to)
    if not whole:
        vectors.save(output, to, dtype)
    name = "documents" if documents else "words"
    return [Fact(name, len(vectors)), Fact("dim", vectors.dim), Fact("complete", whole)]


def _without_documents(path: str, output: str, tags: str) -> list[Fact]:
    """Write a model without the documents whose tags are in a file, and return what is left."""
    from huffvec.files.reading import open_text
    from huffvec.model import load

    check_output(output, [path, tags])
    with open_text(tags) as file:
        gone = [line.rstrip(b"\r\n").decode(errors="replace") for line in file]
    model = load(path)
    less = model.without_documents(gone)
    n_removed = len(model.documents) - len(less.documents)
    if n_removed == 0:
        raise ConfigError(f"{path}: none of its documents has one of the tags in {tags}")
    less.save(output)
    return [Fact("documents", len(less.documents)), Fact("removed", n_removed)]


def _convert_classifier(path: str, output: str, *, approximate: bool) -> list[Fact]:
    """Write a classifier, and return what was written."""
    from huffvec.classify import load

    check_output(output, [path])
    model = load(path)
    model.save(output, approximate=approximate)
    return [
        Fact("labels", len(model.labels)),
        Fact("features", model.features.n_rows),
        Fact("dim", model.config.dim),
    ]


def _convert_whole(path: str, vectors: WordVectors, output: str, to: str | None) -> bool:
    """Write all that a file holds, not its vectors alone, if the other format has room for it.

    So it is for models that go to fastText's format or come from there. Tells if it was done; if it
    could have been and was not, a warning says what is left out.
    """
    from huffvec.formats import FORMATS, detect, format_for_writing
    from huffvec.formats.fasttext_file import read_fasttext_file
    from huffvec.formats.fasttext_output import write_fasttext_file
    from huffvec.formats.hv import read_info
    from huffvec.model import load
    from huffvec.model.fasttext_reading import has_output_layer

    source, target = (
        FORMATS[detect(path)],
        format_for_writing(output, to, subwords=vectors.has_subwords),
    )
    fasttext, huffvec = FORMATS["fasttext"], FORMATS["huffvec"]
    if source is target is fasttext:
        write_fasttext_file(output, read_fasttext_file(path))
        return True
    if source is huffvec and target is fasttext and read_info(path).is_model:
        load(path).save(output, to)
        return True
    if source is fasttext and target is huffvec and has_output_layer(read_fasttext_file(path)):
        try:
            model = load(path)
        except FormatError as error:
            warnings.warn(f"only the word vectors are kept. {error}", stacklevel=2)
            return False
        model.save(output, to)
        return True
    return False

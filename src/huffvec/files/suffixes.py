"""What the names of files end with, so that none is named as another kind is."""

from __future__ import annotations

import os
from pathlib import Path

from huffvec.errors import ConfigError
from huffvec.files.compression import COMPRESSIONS, without_compression
from huffvec.files.paths import PathLike

#: By the name of the format, none for folders; ``huffvec-corpus`` are encoded corpora,
#: ``huffvec-classifier`` classifiers, the others hold vectors.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "huffvec": (".hv",),
    "huffvec-corpus": (".hvc",),
    "huffvec-classifier": (".hvclf",),
    "numpy": (".npz",),
    "word2vec-text": (".vec", ".txt"),
    "glove": (".glove",),
    "word2vec-binary": (".bin",),
    "fasttext": (".bin",),
    "floret": (".floret",),
    "parquet": (".parquet",),
    "feather": (".feather", ".arrow"),
    "static-embedding": (),
    "projector": (),
}
# What huffvec writes for itself, in files of these names and in no other format's.
_OWN = ("huffvec", "huffvec-corpus", "huffvec-classifier")
#: Of fastText's classifiers, which are made of those of huffvec.
FASTTEXT_SUFFIXES = (".bin", ".ftz")


def check_suffix(path: PathLike, format: str) -> None:
    """Raise ConfigError if a file of this name would be taken for one of another format.

    Models and corpora of huffvec may have any suffix that is no other format's, and other formats
    any but theirs: a .txt file may well hold GloVe's vectors.

    Parameters
    ----------
    path
        What is to be written.
    format
        A name of `SUFFIXES`.
    """
    suffix = Path(path).suffix.lower()
    own = SUFFIXES[format][0] if format in _OWN else ""
    taken = {SUFFIXES[name][0]: name for name in _OWN}
    if own:
        others = reversed([item for item in SUFFIXES.items() if item[0] not in _OWN])
        taken |= {ending: name for name, endings in others for ending in endings}
        taken |= {compression.suffix: name for name, compression in COMPRESSIONS.items()}
    if format == "huffvec-classifier":
        taken |= dict.fromkeys(FASTTEXT_SUFFIXES, "fasttext")
    if suffix in taken and suffix != own:
        name = Path(without_compression(os.fspath(path))).with_suffix(own).name
        raise ConfigError(
            f"{os.fspath(path)!r} is named as files of {taken[suffix]} are, and {format} would be "
            f"written: name it {name!r}{_remedy(path, name, format)}"
        )


def _remedy(path: PathLike, name: str, format: str) -> str:
    """Return how else to come to a file of another format, if there is a way."""
    if format == "huffvec":
        return ", or convert it (huffvec convert, vectors.save)"
    if format != "huffvec-classifier" or Path(path).suffix.lower() not in FASTTEXT_SUFFIXES:
        return ""
    is_quantized = Path(path).suffix.lower() == ".ftz"
    command, to = ("classify quantize", "-o ") if is_quantized else ("convert", "")
    return f", and make fastText's file of it: huffvec {command} {name} {to}{Path(path).name}"

"""Files that huffvec cannot read: messages that say what they are and what to do.

One table for everything that is opened, by the first bytes. Nothing is opened with the program that
a file belongs to: unpickling, above all, runs what the file says.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

HEAD_BYTES = 512
"""First bytes by which a file is known."""

_UNPACK = "Unpack it first."
_EXPORT = "Export its words and vectors as word2vec text with the program that it belongs to."
_NPY = "It has numbers and no words: huffvec.WordVectors(words, numpy.load(file)) joins the two."
_TORCH = (
    "Take the matrix out, with torch.load(file, weights_only=True) or the like, and join it with "
    "its words: huffvec.WordVectors(words, matrix)."
)
_GENSIM = (
    "Load it with the load method of the gensim class that wrote it, such as "
    "gensim.models.KeyedVectors.load(file), and give it (of a model its attribute wv) to "
    "huffvec.interchange.from_gensim."
)
_PICKLE = (
    "Opening a pickle runs what is in it, so huffvec does not. Load it with the program that wrote "
    "it and save words and vectors as word2vec text, or as huffvec.WordVectors(words, matrix)."
)
_LFS = "Its content was not downloaded: run git lfs pull in its repository."


class Foreign(NamedTuple):
    """What a file is.

    Attributes
    ----------
    what
        With its article.
    remedy
        What to do about it, in sentences.
    """

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"is {self.what}, which is not read. {self.remedy}"


_MAGICS: dict[bytes, Foreign] = {
    b"PK\x03\x04": Foreign("a zip archive", _UNPACK),
    b"PK\x05\x06": Foreign("a zip archive without a file", "Look for the right one."),
    b"7z\xbc\xaf": Foreign("a 7z archive", _UNPACK),
    b"Rar!": Foreign("a rar archive", _UNPACK),
    b"%PDF": Foreign("a PDF", "Save it as text first."),
    b"FEA1": Foreign("a file of Feather's old version 1", "Write it as version 2."),
    b"\x93NUMPY": Foreign("a NumPy array (.npy)", _NPY),
    b"\x89HDF\r\n\x1a\n": Foreign("an HDF5 file (of Keras, say)", _EXPORT),
    b"GGUF": Foreign("a GGUF model of llama.cpp", "huffvec has vectors of words only."),
    b"SQLite format 3\0": Foreign("a SQLite database (of Magnitude, say)", _EXPORT),
    b"FiFu": Foreign("a file of finalfusion", _EXPORT),
    b"MATLAB 5.0 MAT-file": Foreign(
        "a MATLAB file", "Save its arrays with scipy.io and numpy.savez."
    ),
    b"\x89PNG": Foreign("an image", "Look for the right file."),
    b"\xff\xd8\xff": Foreign("an image", "Look for the right file."),
    b"\x7fELF": Foreign("a program", "Look for the right file."),
    b"\xd0\xcf\x11\xe0": Foreign("an Office document", "Save it as text first."),
    b"version https://git-lfs": Foreign("a pointer of Git LFS, not the file itself", _LFS),
}
_HTML = Foreign(
    "an HTML page, perhaps an error in place of a download",
    "Look at it in a browser, and get the file again.",
)
_LOG_START = b'{"event": '
_LOG = Foreign("a log of training", "Give the model that was trained.")
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_TORCH_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"
# Of Python's zip files: parts of the names in them.
_IN_ZIPS: dict[str, Foreign] = {
    "data.pkl": Foreign("a file of PyTorch", _TORCH),
    "model.weights.h5": Foreign("a model of Keras", _EXPORT),
    "[Content_Types].xml": Foreign("an Office document", "Save it as text first."),
    "META-INF/": Foreign("a Java or OpenDocument archive", "Save its content as text first."),
}


def foreign_kind(head: bytes) -> Foreign | None:
    """Return what a file is that begins with these bytes; ``None`` if it is not known."""
    for magic, kind in _MAGICS.items():
        if head.startswith(magic):
            return kind
    if head.startswith(_PICKLES):
        if _TORCH_MAGIC in head[:32]:
            return Foreign("a file of PyTorch", _TORCH)
        if b"gensim" in head:
            return Foreign("a file that gensim's save() wrote (a pickle)", _GENSIM)
        return Foreign("a pickle of Python", _PICKLE)
    if head[257:262] == b"ustar":
        return Foreign("a tar archive", _UNPACK)
    if head[:1] == b"\x08" and head[2:3] == b"\x12" and 0 < head[1] < 32:  # ir_version, producer
        return Foreign("an ONNX model", _EXPORT)
    if head[:1] == b"\n" and head[2:9] == b"\n\x05<unk>":
        return Foreign("a tokeniser of SentencePiece", "It has pieces of words, and no vectors.")
    return None


def is_html(head: bytes) -> bool:
    """Return whether a file begins as a page of HTML, which is text as well."""
    return head[:64].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def foreign_vectors(head: bytes) -> Foreign | None:
    """Return what a file is that should have vectors and begins with these bytes."""
    if is_html(head):
        return _HTML
    return _LOG if head.startswith(_LOG_START) else foreign_kind(head)


def foreign_zip(names: Collection[str]) -> Foreign | None:
    """Return what a zip file with these names in it is, if it is known as another program's."""
    for part, kind in _IN_ZIPS.items():
        if any(part in name for name in names):
            return kind
    return None

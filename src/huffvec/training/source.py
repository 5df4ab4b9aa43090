"""Where the text of a run is, so that a resumed run can find it and recognise it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.corpus.file import Corpus
from huffvec.corpus.readers.sources import FileStamp, expand, is_names, take_stamps
from huffvec.corpus.sentences import Sentences, translate
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError, FormatError
from huffvec.files.addresses import as_absolute, as_path
from huffvec.records import Options

_BLOCK = 1 << 22
ReadingT = TypeVar("ReadingT", bound=Options)


@dataclass(frozen=True)
class CorpusSource(Generic[ReadingT]):
    """The files that a corpus was encoded from, as they were, and how it was read.

    Attributes
    ----------
    options
        How it was read.
    stamps
        The files, in order; none if the corpus was not in files (standard input, objects).
    """

    options: ReadingT
    stamps: tuple[FileStamp, ...] = ()

    @classmethod
    def of(cls, data: Any, options: ReadingT) -> CorpusSource[ReadingT]:
        """Return the source of data as it is now.

        Raises
        ------
        CorpusError
            If a file cannot be read.
        """
        paths = expand(data) if is_names(data) else []
        if not all(path.is_file() for path in paths):
            return cls(options)
        return cls(options, take_stamps(map(as_absolute, paths)))

    @property
    def paths(self) -> list[Path]:
        """The files, in order."""
        return [stamp.path for stamp in self.stamps]

    def moved_to(self, data: Any) -> CorpusSource[ReadingT]:
        """Return the same source with its files in other places, or with none if data has none.

        Raises
        ------
        CorpusError
            If there is another number of files.
        """
        paths = expand(data) if is_names(data) else []
        if not paths or not self.stamps or not all(path.is_file() for path in paths):
            return CorpusSource(self.options)
        if len(paths) != len(self.stamps):
            raise CorpusError(
                f"training began with {len(self.stamps)} files and {len(paths)} are given now: "
                "give the same files, in the same order"
            )
        moved = zip(paths, self.stamps, strict=True)
        stamps = (stamp._replace(path=as_absolute(path)) for path, stamp in moved)
        return replace(self, stamps=tuple(stamps))

    def check_sizes(self) -> None:
        """Raise CorpusError, before any work, if a file is missing or has another size."""
        now = take_stamps(stamp.path for stamp in self.stamps)
        for old, new in zip(self.stamps, now, strict=True):
            if old.size != new.size:
                raise CorpusError(
                    f"{old.path}: had {old.size} bytes when training began, now it has {new.size}. "
                    "Training can be resumed on the same text only: bring the file back, or train "
                    "anew."
                )

    def changed(self) -> list[str]:
        """Return the files that were written since training began; all, if none seems to be."""
        now = take_stamps(stamp.path for stamp in self.stamps)
        pairs = list(zip(self.stamps, now, strict=True))
        changed = [os.fspath(new.path) for old, new in pairs if old != new]
        return changed or [os.fspath(new.path) for new in now]

    def to_dict(self) -> dict[str, Any]:
        """Return the source as JSON values."""
        files = [[os.fspath(path), size, modified] for path, size, modified in self.stamps]
        return {"files": files, "options": asdict(self.options)}

    @staticmethod
    def from_dict(values: dict[str, Any], kind: type[ReadingT]) -> CorpusSource[ReadingT]:
        """Return the source that `to_dict` described; its options are a record of this kind.

        Raises
        ------
        FormatError
            If the values are of other kinds.
        """
        try:
            stamps = tuple(
                FileStamp(as_path(path), int(size), int(modified))
                for path, size, modified in values["files"]
            )
            return CorpusSource(kind.of(**values["options"]), stamps)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise FormatError(f"the places of the text cannot be used ({error!r})") from None


def in_ids_of(corpus: Corpus, vocabulary: Vocabulary) -> Sentences:
    """Return a corpus in the ids of another vocabulary, without the words that it lacks."""
    if np.array_equal(corpus.vocabulary.word_bytes(), vocabulary.word_bytes()):
        return corpus
    ids = dict(zip(vocabulary.words, range(len(vocabulary)), strict=True))
    lookup = np.array([ids.get(word, -1) for word in corpus.vocabulary.words], np.int32)
    return translate(corpus, lookup)


def fingerprint(corpus: Sentences, tags: Tags | None = None) -> str:
    """Return a hash of a corpus's word ids, sentences and tags: equal for equal ones only."""
    arrays = () if tags is None else tuple(tags.arrays().values())
    return fingerprint_of(corpus.ids, corpus.sentence_offsets, *arrays)


def fingerprint_of(*arrays: npt.NDArray[Any]) -> str:
    """Return a hash of arrays (BLAKE2b): equal for equal ones only."""
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        digest.update(len(array).to_bytes(8, "little"))
        for begin in range(0, len(array), _BLOCK):
            part = array[begin : begin + _BLOCK]
            digest.update(np.ascontiguousarray(part, part.dtype.newbyteorder("<")).data)
    return digest.hexdigest()

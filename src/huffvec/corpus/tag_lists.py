"""The tags of documents, collected while the documents are read."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.labelled.rows import label_names
from huffvec.corpus.tags import Tags
from huffvec.errors import CorpusError

_logger = logging.getLogger(__name__)


class TagLists:
    """Which tags each document has, document after document."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._of_documents = array("i")
        self._sizes = array("q")

    def add(self, where: str, value: Any) -> None:
        """Take in the tags of the next document: text or whole numbers, one or a list of them.

        Raises
        ------
        CorpusError
            If they are of another kind, or a tag has a line feed or a NUL in it.
        """
        if type(value) is list and len(value) == 1:
            value = value[0]
        if type(value) is int:
            value = str(value)
        ids = self._ids
        if type(value) is str and value in ids:  # as most are, or the next one: new
            self._of_documents.append(ids[value])
            self._sizes.append(1)
            return
        names = [value] if type(value) is str and value else label_names(where, value, "tag")
        self._of_documents.extend(self._id(where, name) for name in names)
        self._sizes.append(len(names))

    def add_codes(
        self,
        where: str,
        names: Sequence[str],
        codes: npt.NDArray[np.int64],
        sizes: npt.NDArray[np.int64],
    ) -> None:
        """Take in the tags of many documents, as `huffvec.corpus.labelled.label_columns` has them.

        Raises
        ------
        CorpusError
            If a tag has a line feed or a NUL in it.
        """
        lookup = np.zeros(len(names) + 1, np.int32)
        for code in dict.fromkeys(codes.tolist()):
            lookup[code] = self._id(where, names[code])
        self._of_documents.frombytes(lookup[codes].tobytes())
        self._sizes.frombytes(sizes.astype(np.int64).tobytes())

    def codes(self) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return what `add_codes` takes to have the same tags."""
        sizes = np.frombuffer(self._sizes, np.int64)
        return list(self._ids), np.frombuffer(self._of_documents, np.int32).astype(np.int64), sizes

    def tags(self, sentence_offsets: npt.NDArray[np.int64]) -> Tags:
        """Return the tags of the documents whose tokens begin where offsets say.

        A warning counts documents that have none.

        Raises
        ------
        CorpusError
            If no document has one.
        """
        sizes = np.frombuffer(self._sizes, np.int64)
        without = np.flatnonzero(sizes == 0)
        if not self._ids:
            raise CorpusError("no document has a tag: all are missing or empty.")
        if len(without):
            _logger.warning(
                "Documents without a tag, of whose words no vector of a document learns: %s; the "
                "first is document %s.",
                f"{len(without):,}",
                f"{without[0] + 1:,}",
            )
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        ids = np.frombuffer(self._of_documents, np.int32)
        return Tags.of(list(self._ids), offsets, ids, sentence_offsets)

    def _id(self, where: str, name: str) -> int:
        found = self._ids.get(name)
        if found is not None:
            return found
        if "\n" in name or "\0" in name:
            raise CorpusError(
                f"{where}: the tag {name[:50]!r} has a line feed or a NUL in it, expected neither."
            )
        try:
            name.encode()
        except UnicodeEncodeError:
            raise CorpusError(
                f"{where}: the tag {name[:50]!r} cannot be written in UTF-8."
            ) from None
        self._ids[name] = len(self._ids)
        return len(self._ids) - 1

"""Which workers encode an input, and what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from huffvec.corpus.file import Corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.arrow import is_ray_dataset
from huffvec.corpus.readers.sources import is_names
from huffvec.corpus.spread.encoding import EncodedShare, MapShares, ShareEncoder
from huffvec.corpus.spread.joining import Joining
from huffvec.corpus.spread.shares import Share, divide_dataset, divide_files
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.progress import Progress


@dataclass(frozen=True)
class Spread:
    """Workers that encode the shares of an input.

    Attributes
    ----------
    map
        Gives what a function makes of each share, in their order: ``map``, the ``imap`` of a pool
        of processes, or what asks other machines. It should ask for a few more shares than there
        are workers, not for all at once: what is not taken yet is in memory.
    n_workers
        How many there are.
    n_threads
        How many threads each has.
    share_bytes
        About how many bytes a share has; chosen if left out.
    """

    map: MapShares
    n_workers: int
    n_threads: int = 1
    share_bytes: int | None = None

    def shares(self, data: Any, options: InputOptions) -> list[Share]:
        """Return the shares of an input; none if it must be read here, as pipes and lists are."""
        if is_ray_dataset(data) and hasattr(data, "split"):
            return divide_dataset(data, options, self.n_workers)
        if not is_names(data) or not all(path.is_file() for path in data):
            return []
        return divide_files(data, options, self.n_workers, self.share_bytes)

    def encode(
        self,
        shares: Sequence[Share],
        name: str,
        options: InputOptions,
        min_count: int,
        vocabulary: Vocabulary | None,
        progress: Progress | None,
    ) -> Corpus:
        """Return the corpus of the shares, which is that of one machine, to the byte.

        Parameters
        ----------
        shares
            All of the input, in order.
        name
            What it is called in messages.
        options
            How it is read. ``vocab_memory`` is for each worker's words; here all are in memory.
        min_count
            Words that occur less often are left out.
        vocabulary
            Words to use instead of counting them.
        progress
            Told of ("reading text", bytes done, bytes in all).

        Raises
        ------
        CorpusError, OutputError
            As `huffvec.encode`, of the first share that has an error.
        """
        encoder = ShareEncoder(name, options, vocabulary, self.n_threads)
        encoded = _told(self.map(encoder, shares), shares, progress)
        return Joining(name, options, min_count, vocabulary).join(encoded)


def _told(
    encoded: Iterable[EncodedShare], shares: Sequence[Share], progress: Progress | None
) -> Iterator[EncodedShare]:
    """Yield encoded shares and tell how many bytes of all they are."""
    total, done = sum(share.n_bytes for share in shares), 0
    for share in encoded:
        done += share.n_bytes
        if progress is not None:
            progress("reading text", done, total)
        yield share

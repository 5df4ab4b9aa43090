"""How good word vectors are, measured on word pairs and analogies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huffvec._submodules import submodule
from huffvec.evaluation.analogy import AnalogyResult, AnalogySection, evaluate_analogies
from huffvec.evaluation.correlation import Correlation, pearson, spearman
from huffvec.evaluation.similarity import SimilarityResult, Unseen, evaluate_similarity
from huffvec.files.paths import PathLike, as_paths
from huffvec.html import html_table
from huffvec.threads import limited_threads

if TYPE_CHECKING:
    from huffvec.search.searchable import Method
    from huffvec.vectors.word_vectors import WordVectors

__all__ = [
    "AnalogyResult",
    "AnalogySection",
    "Correlation",
    "Evaluation",
    "SimilarityResult",
    "Unseen",
    "evaluate",
    "evaluate_analogies",
    "evaluate_similarity",
    "pearson",
    "spearman",
]


@dataclass(frozen=True)
class Evaluation:
    """The results of all files that vectors were measured on, in the order they were given."""

    pairs: tuple[SimilarityResult, ...]
    analogies: tuple[AnalogyResult, ...]

    def __repr__(self) -> str:
        scores = [
            f"{name}: {score} {unit} of {asked}" for name, score, unit, asked, _ in self._rows()
        ]
        return f"Evaluation({'; '.join(scores)})"

    def _repr_html_(self) -> str:
        return html_table(("test", "score", "score is", "asked", "left out"), self._rows())

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        """Return a line for each file: its name, score, what that is, how many it is of."""
        rows = [
            (p.name, f"{p.spearman:.3f}", "rank correlation", f"{p.n_pairs:,}", f"{p.n_oov:,}")
            for p in self.pairs
        ]
        totals = [analogies.total for analogies in self.analogies]
        return rows + [
            (t.name, f"{t.accuracy:.1%}", "right", f"{t.n_questions:,}", f"{t.n_oov:,}")
            for t in totals
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the results as JSON values."""
        return {
            "pairs": [result.to_dict() for result in self.pairs],
            "analogies": [result.to_dict() for result in self.analogies],
        }


def evaluate(
    vectors: WordVectors,
    pairs: PathLike | Sequence[PathLike] = (),
    analogies: PathLike | Sequence[PathLike] = (),
    top: int = 30_000,
    *,
    unseen: Unseen = "keep",
    method: Method = "add",
    n_threads: int = 0,
) -> Evaluation:
    """Measure vectors on files of word pairs and of analogies.

    Parameters
    ----------
    vectors
        What is measured.
    pairs
        One file or several, of lines ``word1<TAB>word2<TAB>score``, or as their authors distribute
        them; see :mod:`huffvec.evaluation.pairs`.
    analogies
        One file or several, like word2vec's ``questions-words.txt``; see
        :mod:`huffvec.evaluation.questions`.
    top
        Analogies are asked and answered among this many words, the most frequent ones.
    unseen
        Pairs with a word that has a vector from its subwords only: ``"keep"``, or ``"skip"`` them,
        as vectors without subwords do.
    method
        How analogies are answered: ``"add"`` or ``"multiply"``, as of `nearest`.
    n_threads
        0: all processors that the process may use; as of `nearest_batch`.

    Raises
    ------
    FormatError
        If a file cannot be read.
    ConfigError
        If an option is out of its range.
    """
    with limited_threads(n_threads):
        return Evaluation(
            tuple(evaluate_similarity(vectors, path, unseen) for path in as_paths(pairs)),
            tuple(evaluate_analogies(vectors, path, top, method) for path in as_paths(analogies)),
        )


def __getattr__(name: str) -> object:
    return submodule(__name__, name)

"""``huffvec.explore``: a page to look at vectors, trees and probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from huffvec.exploring.options import ExploreOptions
from huffvec.exploring.page import render
from huffvec.exploring.parquet import write_parquet
from huffvec.exploring.scene import Scene
from huffvec.exploring.scenes import make_scenes
from huffvec.exploring.subjects import Explored, subjects_of
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress
from huffvec.threads import limited_threads

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.exploring.options import ExploreKeywords

_FRAME_HEIGHT = 720  # pixels, in a notebook


class Exploration:
    """A page to look at one model or two, which a notebook shows.

    Attributes
    ----------
    scenes
        What it shows of each.
    """

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self.scenes = list(scenes)

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.title}: {len(one.words):,} points" for one in self.scenes)
        return f"Exploration({shown})"

    @cached_property
    def html(self) -> str:
        """The whole page, which needs nothing else and no network."""
        return render(self.scenes)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" style="width:100%;height:{_FRAME_HEIGHT}px;'
            f'border:0" title="{escape(repr(self))}"></iframe>'
        )

    def save(self, path: PathLike) -> None:
        """Write the page to a file, to be opened in any browser.

        Raises
        ------
        OutputError
            If the file cannot be written; an older file of that name is then unchanged.
        """
        with atomic_path(path) as temporary:
            temporary.write_text(self.html, "utf-8")

    def save_parquet(self, path: PathLike) -> None:
        """Write the map as a table, for embedding-atlas and other programs.

        See :mod:`huffvec.exploring.parquet` for its columns.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        OutputError
            If the file cannot be written; an older file of that name is then unchanged.
        """
        write_parquet(path, self.scenes)


@shows_progress
def explore(
    *models: Explored,
    progress: Progress | bool | None = None,
    **options: Unpack[ExploreKeywords],
) -> Exploration:
    """Return a page to look at vectors: a map of all words, and a model's tree and probabilities.

    In a notebook it is shown; ``explore(model).save("wiki.html")`` writes it to a file.

    Parameters
    ----------
    *models
        One or two, each a model, vectors of words or documents, or the name of a file of any kind
        that `huffvec.load` or `huffvec.load_vectors` reads. Of two, the second map begins from the
        first, so that they can be compared.
    progress
        Called about ten times a second with a stage's name, what is done and what there is in all;
        True shows a bar, in terminals and notebooks.
    **options
        Fields of `huffvec.exploring.options.ExploreOptions`: ``top``, ``colour``, ``labels`` …

    Raises
    ------
    ConfigError
        If there are none or more than two models, an option is unknown or cannot be used, there
        are fewer than two words with a direction, or two models share no word.
    FormatError
        If a file cannot be read.
    MissingExtraError
        If clusters are wanted, as by default, and scikit-learn is not installed.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    chosen = ExploreOptions.of(**options)
    with limited_threads(chosen.n_threads):
        subjects = subjects_of(models, chosen.titles, documents=chosen.documents)
        return Exploration(make_scenes(subjects, chosen, progress))

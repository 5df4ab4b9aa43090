"""Scenes of models and vectors: which words, where they stand and how they are coloured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.exploring.columns import names_none, read_said
from huffvec.exploring.comparing import begun_from, coloured_like, shared_rows, turned_to
from huffvec.exploring.groups import Groups, clusters_of, groups_of
from huffvec.exploring.options import BY_CLUSTER, ExploreOptions
from huffvec.exploring.scene import Scene
from huffvec.exploring.subjects import Subject
from huffvec.extras import require
from huffvec.files.paths import PathLike
from huffvec.html import model_facts
from huffvec.layout import lay_out, trustworthiness
from huffvec.layout.trustworthiness import N_COMPARED
from huffvec.progress import Progress
from huffvec.search.units import unit
from huffvec.vectors.word_vectors import WordVectors


def make_scenes(
    subjects: Sequence[Subject], options: ExploreOptions, progress: Progress | None = None
) -> list[Scene]:
    """Return the scene of each; of two, the second is laid out and coloured like the first.

    Raises
    ------
    ConfigError
        If there are fewer than two words with a direction, two models share no word, or an option
        cannot be used.
    FormatError
        If a file of labels or colours cannot be read.
    MissingExtraError
        If clusters are wanted and scikit-learn is not installed.
    """
    if options.colour == BY_CLUSTER:
        require("sklearn.cluster", "colouring by clusters", "Or colour by frequency.")
    colours = read_said(options.colours_file) if options.colours_file else None
    labels = read_said(options.labels) if options.labels else None
    scenes: list[Scene] = []
    for subject in subjects:
        vectors = _chosen(subject.vectors, options.top)
        units = unit(vectors.vectors).astype(np.float32)
        first = scenes[0] if scenes else None
        positions = _positions(vectors, units, first, options, progress)
        groups = _groups(vectors, first, colours, options)
        scenes.append(
            Scene(
                title=subject.title,
                words=vectors.words,
                counts=vectors.vocabulary.counts if vectors.vocabulary.counts.any() else None,
                positions=positions,
                vectors=vectors.vectors,
                groups=None if groups is None else groups.places,
                group_names=() if groups is None else groups.names,
                labels=None if labels is None else _labels(vectors, labels, options.labels),
                facts=_facts(subject, units, positions),
                model=subject.model,
                row_name=subject.vectors.row_name,
            )
        )
    return scenes


def _chosen(vectors: WordVectors, top: int) -> WordVectors:
    """Return the first words, at most top, without those that have no direction."""
    rows = np.array(vectors.rows(slice(min(top, len(vectors)))), np.float32)
    has_direction = unit(rows).any(axis=1)
    if has_direction.sum() < 2:
        odd = int((~np.isfinite(rows).all(axis=1)).sum())
        because = f": {odd} have numbers that are NaN or infinite" if odd else ""
        raise ConfigError(
            f"a map needs at least two {vectors.row_name}s with a direction, "
            f"not {has_direction.sum()}{because}"
        )
    ids = np.flatnonzero(has_direction)
    words = vectors.words
    vocabulary = Vocabulary([words[i] for i in ids], vectors.vocabulary.counts[ids])
    return WordVectors(vocabulary, rows[ids])


def _positions(
    vectors: WordVectors,
    units: npt.NDArray[np.float32],
    first: Scene | None,
    options: ExploreOptions,
    progress: Progress | None,
) -> npt.NDArray[np.float32]:
    start = None if first is None else begun_from(first, vectors.words, units)
    positions = lay_out(
        units, start=start, seed=options.seed, n_threads=options.n_threads, progress=progress
    )
    if first is None:
        return positions
    return turned_to(first.positions, positions, shared_rows(first.words, vectors.words))


def _groups(
    vectors: WordVectors,
    first: Scene | None,
    colours: dict[str, str] | None,
    options: ExploreOptions,
) -> Groups | None:
    if colours is not None:
        return groups_of(vectors, colours, options.colour)
    if options.colour != BY_CLUSTER:
        return None
    if first is not None:
        return coloured_like(first, vectors)
    return clusters_of(vectors, options.n_clusters, options.seed)


def _labels(vectors: WordVectors, labels: dict[str, str], path: PathLike | None) -> list[str]:
    if labels.keys().isdisjoint(vectors.words):
        raise names_none("labels", path, vectors.row_name)
    return [labels.get(word, word) for word in vectors.words]


def _facts(
    subject: Subject, units: npt.NDArray[np.float32], positions: npt.NDArray[np.float32]
) -> dict[str, str]:
    """Return what there is to know of a model and of the map."""
    facts = {f"{subject.vectors.row_name}s": f"{len(subject.vectors):,}"}
    k = min(N_COMPARED, (len(units) - 1) // 2)
    if k > 0:
        trusted = trustworthiness(units, positions, k)
        facts[f"trustworthiness of the map ({k} neighbours)"] = f"{trusted:.3f}"
    model = subject.model
    if model is None:
        return facts | {"dim": str(subject.vectors.dim)}
    facts["tokens"] = f"{model.vocabulary.n_tokens:,}"
    if isinstance(loss := model.training.get("loss"), float):
        facts["training loss"] = f"{loss:.3f} nats per target"
    return facts | model_facts(model.objective, model.config)

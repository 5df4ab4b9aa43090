"""The page itself: one HTML file with scenes, script and styles, which needs no network.

Its sources are in ``web/``; ``make page`` bundles them into ``assets/``. Words and names from files
stand in the page as base64 or as JSON without ``<``, ``>`` and ``&``; the script puts them into the
page as text only, and the page's own policy forbids any other script and every connection.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from huffvec.exploring.accuracy import error_of
from huffvec.exploring.agreement import N_NEAREST, agreement, compared
from huffvec.exploring.blocks import Blocks, Ref
from huffvec.exploring.outputs import output_of, put_output
from huffvec.exploring.quantized import QuantizedRows
from huffvec.exploring.scene import Scene

# A page of 100,000 words of 100 numbers stays below: in it, output rows are kept as finely as fits.
TARGET_BYTES = 24_000_000
VECTOR_LEVELS = 127
# How finely output rows may be kept, and about how many bytes of the page a number then takes.
OUTPUT_LEVELS = {32_767: 2.67, 127: 1.3, 31: 0.96}


def render(scenes: Sequence[Scene]) -> str:
    """Return the page of one scene or of two, which are then compared, as HTML."""
    blocks = Blocks()
    header = {
        "scenes": [_put_scene(blocks, scene) for scene in scenes],
        "comparison": _put_comparison(blocks, scenes),
    }
    script, style = _asset("explore.js"), _asset("explore.css")
    parts = {
        "POLICY": _policy(script, style),
        "TITLE": _escaped(" · ".join(scene.title for scene in scenes)),
        "STYLE": style,
        "HEADER": _json(header),
        "BLOCKS": blocks.html(),
        "SCRIPT": script,
    }
    before, *rest = _asset("template.html").split("{{")
    pieces = [before]
    for piece in rest:
        name, _, text = piece.partition("}}")
        pieces += [parts[name], text]
    return "".join(pieces)


def _put_scene(blocks: Blocks, scene: Scene) -> dict[str, Any]:
    """Add a scene to the blocks of a page and return the header's part about it."""
    vectors = QuantizedRows.of(scene.vectors, VECTOR_LEVELS)
    kept = vectors.rows()
    output, no_output = _put_output(blocks, scene, kept)
    places = np.rint((np.clip(scene.positions, -1, 1) + 1) * 32767.5).astype(np.uint16)
    counts = None if scene.counts is None else scene.counts.astype(np.float64)
    return {
        "title": scene.title,
        "rowName": scene.row_name,
        "facts": dict(scene.facts),
        "n": len(scene.words),
        "dim": scene.vectors.shape[1],
        "words": blocks.add_json(list(scene.words)),
        "labels": None if scene.labels is None else blocks.add_json(list(scene.labels)),
        "counts": blocks.add_optional(counts),
        "positions": blocks.add(places),
        "groups": blocks.add_optional(scene.groups),
        "groupNames": list(scene.group_names),
        "vectors": vectors.put(blocks),
        "agreement": agreement(scene.vectors, kept),
        "output": output,
        "noOutput": no_output,
    }


def _put_output(
    blocks: Blocks, scene: Scene, kept: np.ndarray[Any, np.dtype[np.float32]]
) -> tuple[Ref | None, str | None]:
    """Return the header's part about probabilities, or why there are none in a model's page."""
    model = scene.model
    if model is None:
        return None, None
    if not model.has_word_vectors:
        return None, f"In {model.config.architecture}, documents predict words; words do not."
    places = {word: i for i, word in enumerate(model.vocabulary.words)}
    if not all(word in places for word in scene.words):
        return None, "The model predicts words, and the points of this map are not its words."
    shown = np.array([places[word] for word in scene.words], np.int64)
    n_numbers, dim = scene.vectors.size, scene.vectors.shape[1]
    left = TARGET_BYTES - OUTPUT_LEVELS[VECTOR_LEVELS] * n_numbers - 30 * len(shown) - 500_000
    most_rows = max(len(shown), int(left / dim / min(OUTPUT_LEVELS.values())))
    output = output_of(model, shown, most_rows)
    if output is None:
        return None, f"Pages cannot show the probabilities of {model.objective.name}."
    fitting = [n for n, size in OUTPUT_LEVELS.items() if size * output.rows.size <= left]
    levels = max(fitting, default=min(OUTPUT_LEVELS))
    described = put_output(blocks, model, output, levels, shown)
    return {**described, "error": error_of(model, shown, kept, levels)}, None


def _put_comparison(blocks: Blocks, scenes: Sequence[Scene]) -> dict[str, Any] | None:
    if len(scenes) != 2:
        return None
    found = compared(*scenes)
    return {"ids": blocks.add(found.ids), "shared": blocks.add(found.shared), "k": N_NEAREST}


def _asset(name: str) -> str:
    return files("huffvec.exploring").joinpath(f"assets/{name}").read_text("utf-8")


def _policy(script: str, style: str) -> str:
    """Return what the page may do: run its own script and styles, and nothing from elsewhere."""

    def hashed(text: str) -> str:
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

    return (
        f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}; "
        "worker-src blob:; base-uri 'none'; form-action 'none'"
    )


def _json(value: Any) -> str:
    """Return JSON in which nothing can be taken for HTML."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _escaped(text: str) -> str:
    """Return text as HTML shows it; what UTF-8 cannot hold is replaced."""
    from html import escape

    return escape(text.encode("utf-8", "replace").decode("utf-8"))

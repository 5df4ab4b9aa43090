"""Draws the pictures of concepts.md: ``python docs/pictures.py``. The tree is huffvec's own."""

from __future__ import annotations

from html import escape
from pathlib import Path

import numpy as np

from huffvec.trees import huffman_tree

FOLDER = Path(__file__).parent / "images"
WORDS = {"the": 24, "of": 15, "king": 7, "tree": 5, "queen": 4, "leaf": 2, "oak": 2, "moss": 1}
SHOWN = "king"
INK, FAINT, PATH, LEAF, NODE = "#37404a", "#9aa5b1", "#d1495b", "#eef2f6", "#ffffff"
COLUMN, ROW, TOP, SIDE = 90, 74, 46, 60


def svg(width: int, height: int, parts: list[str]) -> str:
    """Return an SVG file on a white card, readable on light and dark pages."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif">',
            f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def text(x: float, y: float, content: str, size: int = 14, color: str = INK, **more: str) -> str:
    """Return a centred text; more are attributes such as font_weight or text_anchor."""
    given = {"text_anchor": "middle"} | more
    attributes = " ".join(f'{k.replace("_", "-")}="{v}"' for k, v in given.items())
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{color}" {attributes}>{content}</text>'


def draw_tree() -> str:
    """Draw the Huffman tree of WORDS with the path to SHOWN."""
    words, counts = list(WORDS), np.array(list(WORDS.values()), np.int64)
    tree = huffman_tree(counts)
    paths: dict[str, list[tuple[int, int]]] = {}  # word -> its inner nodes and bits, root first
    for w, word in enumerate(words):
        part = slice(tree.path_offsets[w], tree.path_offsets[w + 1])
        paths[word] = list(
            zip(tree.path_ids[part].tolist(), tree.codes[part].tolist(), strict=True)
        )
    in_order = sorted(words, key=lambda word: [bit for _, bit in paths[word]])
    leaf_x = {word: SIDE + COLUMN * i for i, word in enumerate(in_order)}
    under = {
        node: [leaf_x[word] for word in words if node in dict(paths[word])]
        for path in paths.values()
        for node, _ in path
    }
    place = {
        node: ((min(xs) + max(xs)) / 2, TOP + ROW * [n for n, _ in path].index(node))
        for path in paths.values()
        for node in dict(path)
        for xs in [under[node]]
    }
    lines, shapes = [], []
    drawn = set()
    for word in [*(w for w in in_order if w != SHOWN), SHOWN]:  # the shown path lies on top
        path = paths[word]
        ends = [place[node] for node, _ in path[1:]] + [(leaf_x[word], TOP + ROW * len(path))]
        for (node, bit), (x, y) in zip(path, ends, strict=True):
            if (node, bit) in drawn and word != SHOWN:
                continue
            drawn.add((node, bit))
            x0, y0 = place[node]
            color, width = (PATH, 3) if word == SHOWN else (FAINT, 1.5)
            lines.append(
                f'<line x1="{x0}" y1="{y0}" x2="{x}" y2="{y}" stroke="{color}" '
                f'stroke-width="{width}"/>'
            )
            on_shown_path = (node, bit) in paths[SHOWN]
            if word == SHOWN or not on_shown_path:
                side = -9 if x < x0 else 9
                shapes.append(
                    text(
                        (x0 + x) / 2 + side,
                        (y0 + y) / 2,
                        str(bit),
                        12,
                        color if word == SHOWN else INK,
                    )
                )
        shapes.append(_leaf(leaf_x[word], ends[-1][1], word, path))
    for node, (x, y) in place.items():
        color = PATH if node in dict(paths[SHOWN]) else FAINT
        shapes.append(
            f'<circle cx="{x}" cy="{y}" r="17" fill="{NODE}" stroke="{color}" stroke-width="2"/>'
        )
        shapes.append(text(x, y + 4.5, f'n<tspan font-size="10" dy="3">{node}</tspan>', 14))
    depth = max(map(len, paths.values()))
    width = SIDE * 2 + COLUMN * (len(words) - 1)
    return svg(width, TOP + ROW * depth + 66, [*lines, *shapes])


def _leaf(x: float, y: float, word: str, path: list[tuple[int, int]]) -> str:
    shown = word == SHOWN
    code = "".join(str(bit) for _, bit in path)
    return "\n".join(
        [
            f'<rect x="{x - 39}" y="{y - 4}" width="78" height="46" rx="6" fill="{LEAF}" '
            f'stroke="{PATH if shown else FAINT}" stroke-width="{2 if shown else 1}"/>',
            text(x, y + 16, escape(word), 15, font_weight="bold"),
            text(x, y + 34, f"{WORDS[word]} ×  ·  {code}", 11),
        ]
    )


def draw_tile() -> str:
    """Draw a tile as a matrix product: H to the left of the scores, O transposed above them."""
    cell, dim, m, o = 24, 8, 4, 3
    left, right, above = 90, 320, 88
    top = above + dim * cell + 30
    parts: list[str] = []

    def grid(x: int, y: int, rows: int, columns: int, fill: str) -> None:
        parts.extend(
            f'<rect x="{x + c * cell}" y="{y + r * cell}" width="{cell}" height="{cell}" '
            f'fill="{fill}" stroke="#ffffff" stroke-width="1.5"/>'
            for r in range(rows)
            for c in range(columns)
        )

    grid(left, top, m, dim, "#cfe3ea")
    grid(right, above, dim, o, "#d9e8d0")
    grid(right, top, m, o, "#f3c9cf")
    for r, word in enumerate(["the", "old", "wears", "a"]):
        parts.append(text(left - 10, top + r * cell + 17, word, 14, text_anchor="end"))
    for c, (word, label) in enumerate([("king", 1), ("pipe", 0), ("of", 0)]):
        x = right + c * cell + cell // 2
        turned = {"text_anchor": "start", "transform": f"rotate(-55 {x} {above - 28})"}
        parts.append(text(x, above - 28, word, 14, **turned))
        parts.append(text(x, above - 9, str(label), 13, PATH if label else INK))
    parts += [
        text(right - 10, above - 9, "label", 12, FAINT, text_anchor="end"),
        text(left + dim * cell / 2, top - 10, "H: input rows (m × dim)", 13),
        text(right - 12, above + dim * cell / 2, "O: output rows (o × dim)", 13, text_anchor="end"),
        text(right + o * cell + 12, top + 2 * cell + 5, "S: scores", 13, text_anchor="start"),
    ]
    formulas = ["S = H · Oᵀ", "G = lr · (label − σ(S))", "O += Gᵀ · H", "H += G · O"]
    for i, formula in enumerate(formulas):
        parts.append(text(30, 40 + i * 26, formula, 16, text_anchor="start"))
    return svg(right + o * cell + 96, top + m * cell + 24, parts)


def main() -> None:
    """Write both pictures."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "huffman_tree.svg").write_text(draw_tree(), "utf-8")
    (FOLDER / "tile.svg").write_text(draw_tile(), "utf-8")


if __name__ == "__main__":
    main()

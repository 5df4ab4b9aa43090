/** A tree drawn from the root down: a node is as wide as its probability. */
import { css, type Ink, shiftColour } from "../colours";
import { isLeaf } from "../engine/tree";
import type { TreeScene } from "../scene";

const GAP = 1;

/** How high a row is, in pixels: deep trees are to fit on the screen. */
export const rowHeight = (height: number): number => Math.min(60, Math.max(34, height / 17));

/** What of the tree is in view: from which probability on, how much, and from which depth on. */
export interface Window {
  start: number;
  width: number;
  depth: number;
}

/** A node on the screen, in pixels. */
export interface Cell {
  node: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Drawn {
  tree: TreeScene;
  masses: Float64Array;
  /** Whether masses are those of a context, to be compared with the usual ones. */
  asked: boolean;
  path: ReadonlySet<number>;
  text: (node: number, width: number) => string;
}

/** Where a node begins, from 0 to 1, how wide it is, and how deep. */
export function windowOf(tree: TreeScene, masses: Float64Array, node: number): Window {
  let start = 0;
  let depth = 0;
  for (let at = node; at !== 0; at = tree.parents[at]!, depth++) {
    const first = tree.children[2 * tree.parents[at]!]!;
    start += at === first ? 0 : masses[first]!;
  }
  return { start, width: masses[node]!, depth };
}

/** The nodes in view that are wide enough to be seen, parents first. */
export function cellsIn(drawn: Drawn, view: Window, width: number, height: number): Cell[] {
  const { tree, masses } = drawn;
  const cells: Cell[] = [];
  const row = rowHeight(height);
  const open: [node: number, start: number, depth: number][] = [[0, 0, 0]];
  while (open.length) {
    const [node, start, depth] = open.pop()!;
    const left = ((start - view.start) / view.width) * width;
    const wide = (masses[node]! / view.width) * width;
    const top = (depth - view.depth) * row;
    const seen = wide > (drawn.path.has(node) ? 0 : 1.2) && left < width && left + wide > 0 && top < height;
    if (!seen) {
      continue;
    }
    if (top > -row) {
      cells.push({ node, left, top, width: wide, height: row });
    }
    if (!isLeaf(tree, node)) {
      const [first, second] = [tree.children[2 * node]!, tree.children[2 * node + 1]!];
      open.push([second, start + masses[first]!, depth + 1], [first, start, depth + 1]);
    }
  }
  return cells;
}

/** Draws cells. */
export function paint(
  context: CanvasRenderingContext2D,
  drawn: Drawn,
  cells: Cell[],
  size: [number, number],
  ink: Ink,
  dark: boolean,
): void {
  context.clearRect(0, 0, ...size);
  context.textBaseline = "middle";
  for (const cell of cells) {
    const onPath = drawn.path.has(cell.node);
    const left = Math.max(-2, cell.left);
    const right = Math.min(size[0] + 2, cell.left + Math.max(cell.width - GAP, onPath ? 2 : 0.5));
    context.fillStyle = css(shiftColour(shift(drawn, cell.node), isLeaf(drawn.tree, cell.node), dark));
    context.beginPath();
    context.roundRect(left, cell.top, right - left, cell.height - GAP, right - left > 14 ? 4 : 0);
    context.fill();
    if (onPath) {
      context.strokeStyle = ink.accent;
      context.lineWidth = 2;
      context.stroke();
    }
    if (right - left > 34) {
      write(context, drawn, cell, Math.max(0, left), Math.min(size[0], right), ink);
    }
  }
}

/** How much more probable a node is than usual, from -1 to 1: by the logarithm of the ratio. */
function shift({ tree, masses, asked }: Drawn, node: number): number {
  if (!asked || !(masses[node]! > 0)) {
    return asked ? -1 : 0;
  }
  return Math.max(-1, Math.min(1, Math.log2(masses[node]! / tree.usual[node]!) / 6));
}

function write(
  context: CanvasRenderingContext2D,
  drawn: Drawn,
  cell: Cell,
  left: number,
  right: number,
  ink: Ink,
): void {
  const leaf = isLeaf(drawn.tree, cell.node);
  context.font = `${leaf ? 600 : 400} 12.5px system-ui, "Segoe UI", Roboto, sans-serif`;
  const room = right - left - 14;
  const text = fitted(context, drawn.text(cell.node, room), room);
  context.fillStyle = ink.text;
  context.globalAlpha = leaf ? 1 : 0.72;
  context.fillText(text, left + 7, cell.top + cell.height / 2);
  context.globalAlpha = 1;
}

/** As much of a text as there is room for. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) {
    return text;
  }
  const letters = [...text];
  while (letters.length && context.measureText(`${letters.join("")}…`).width > room) {
    letters.pop();
  }
  return letters.length > 1 ? `${letters.join("")}…` : "";
}

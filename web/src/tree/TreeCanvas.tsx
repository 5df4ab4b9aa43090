/** The tree as a picture in which one moves from node to node. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { heaviestLeaves, isLeaf, wordOf } from "../engine/tree";
import { percent, useApp } from "../parts/hooks";
import type { Scene, TreeScene } from "../scene";
import { type Cell, cellsIn, type Drawn, paint, type Window, windowOf } from "./icicle";

interface Properties {
  scene: Scene;
  tree: TreeScene;
  masses: Float64Array;
  asked: boolean;
  path: number[];
  focus: number;
  onFocus: (node: number) => void;
}

const DURATION = 380; // milliseconds

export function TreeCanvas({ scene, tree, masses, asked, path, focus, onFocus }: Properties) {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<Window>({ start: 0, width: 1, depth: 0 });
  const cells = useRef<Cell[]>([]);
  const hint = useSignal<{ text: string; x: number; y: number } | null>(null);
  const { dark, ink } = app;
  const drawn = useMemo(
    (): Drawn => ({ tree, masses, asked, path: new Set(path), text: namer(scene, tree, masses) }),
    [tree, masses, asked, path.join()],
  );

  const draw = (): void => {
    const element = canvas.current;
    if (!element) {
      return; // the view was left while something moved
    }
    const { clientWidth: width, clientHeight: height } = element.parentElement!;
    const ratio = Math.min(2, devicePixelRatio);
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const context = element.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    cells.current = cellsIn(drawn, view.current, width, height);
    paint(context, drawn, cells.current, [width, height], ink.value, dark.value);
  };
  const latest = useRef(draw);
  latest.current = draw;

  useEffect(() => {
    const watcher = new ResizeObserver(() => latest.current());
    watcher.observe(canvas.current!.parentElement!);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => move(view, windowOf(tree, masses, focus), () => latest.current()), [drawn, focus, dark.value]);

  const at = (event: MouseEvent): Cell | undefined =>
    cells.current.find(
      ({ left, top, width, height }) =>
        event.offsetX >= left && event.offsetX < left + width && event.offsetY >= top && event.offsetY < top + height,
    );
  const go = (node: number): void => {
    const word = wordOf(tree, node);
    if (word !== null) {
      app.choose(word);
    } else if (!isLeaf(tree, node)) {
      onFocus(node);
    }
  };
  const key = (event: KeyboardEvent): void => {
    const to = {
      ArrowUp: Math.max(0, tree.parents[focus]!),
      ArrowLeft: tree.children[2 * focus]!,
      ArrowRight: tree.children[2 * focus + 1]!,
      Home: 0,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    }
  };
  return (
    <div class="icicle">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={
          "The tree of words. Left and right arrow keys go to the node below, up to the one above, Home to the root."
        }
        data-testid="tree"
        onKeyDown={key}
        onClick={(event) => {
          const cell = at(event);
          if (cell) {
            // The node on top goes back up.
            go(cell.node === focus ? Math.max(0, tree.parents[focus]!) : cell.node);
          }
        }}
        onPointerMove={(event) => {
          const cell = at(event);
          hint.value = cell
            ? {
                text: `${percent(masses[cell.node]!)}  ${drawn.text(cell.node, 240)}`,
                x: event.offsetX,
                y: Math.max(30, event.offsetY),
              }
            : null;
        }}
        onPointerLeave={() => (hint.value = null)}
      />
      {hint.value && (
        <div class="hint" dir="auto" style={{ left: `${hint.value.x}px`, top: `${hint.value.y}px` }}>
          {hint.value.text}
        </div>
      )}
    </div>
  );
}

/** What is written on a node: a leaf's word, or the most probable words below. */
function namer(scene: Scene, tree: TreeScene, masses: Float64Array): (node: number, room: number) => string {
  const kept = new Map<number, number[]>();
  return (node, room) => {
    if (!kept.has(node)) {
      const words = heaviestLeaves(tree, masses, node, 12).map((leaf) => wordOf(tree, leaf));
      kept.set(node, words.filter((word) => word !== null).slice(0, 4));
    }
    const names = kept.get(node)!.map((word) => scene.text(word));
    if (!names.length) {
      return "words that the page does not show";
    }
    const most = room > 170 ? 4 : room > 80 ? 2 : 1;
    return isLeaf(tree, node) ? names[0]! : `${names.slice(0, most).join(", ")} …`;
  };
}

/** Moves the view to another, picture by picture; returns what stops it. */
function move(view: { current: Window }, to: Window, draw: () => void): () => void {
  const from = view.current;
  const start = performance.now();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let frame = 0;
  const step = (now: number): void => {
    const t = calm ? 1 : Math.min(1, Math.max(0, now - start) / DURATION);
    const eased = 1 - (1 - t) ** 3;
    const width = from.width * (to.width / from.width) ** eased;
    const share = from.width === to.width ? eased : (width - from.width) / (to.width - from.width);
    view.current =
      t === 1
        ? to
        : {
            start: from.start + (to.start - from.start) * share,
            width,
            depth: from.depth + (to.depth - from.depth) * eased,
          };
    draw();
    if (t < 1) {
      frame = requestAnimationFrame(step);
    }
  };
  step(start);
  return () => cancelAnimationFrame(frame);
}

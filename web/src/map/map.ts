/** The map of words: points, labels over them, and how people move about. */
import { select } from "d3-selection";
import { zoom, type ZoomBehavior, zoomIdentity, type ZoomTransform } from "d3-zoom";
import type { Ink, Rgb } from "../colours";
import type { Scene } from "../scene";
import { fly } from "./flight";
import type { Painter, Placing } from "./painter";
import { PlainPainter } from "./plain";
import { WebGLPainter } from "./webgl";
import { type Marks, Writing } from "./writing";

const NEAR = 14; // pixels within which a pointer means a point
const FAST = 24; // milliseconds between pictures while something moves
const STEP = 80; // pixels that an arrow key moves the map

export interface Listeners {
  hover: (id: number | null, x: number, y: number) => void;
  choose: (id: number | null) => void;
}

export class WordMap {
  readonly notice: string | null;
  private readonly painter: Painter;
  private readonly context: CanvasRenderingContext2D;
  private readonly writing: Writing;
  private readonly zooming: ZoomBehavior<HTMLCanvasElement, unknown>;
  private readonly watcher: ResizeObserver;
  private transform: ZoomTransform = zoomIdentity;
  width = 1;
  height = 1;
  private colours: Uint8Array;
  private ready = false; // once there are a size and colours: what is drawn twice is waited for
  private marks: Marks = { chosen: null, beside: [] };
  private hovered: number | null = null;
  private frame = 0;
  private moving = false;
  private settle = 0;
  private last = 0;
  private pause = FAST;
  private nMoving: number;

  constructor(
    points: HTMLCanvasElement,
    private readonly overlay: HTMLCanvasElement,
    private readonly scene: Scene,
    private ink: Ink,
    private readonly listeners: Listeners,
  ) {
    this.painter = WebGLPainter.on(points) ?? new PlainPainter(points);
    this.notice = this.painter.notice;
    this.context = overlay.getContext("2d")!;
    this.writing = new Writing(scene, this.context);
    this.colours = new Uint8Array(4 * scene.n).fill(255);
    this.nMoving = Math.min(scene.n, 150_000);
    this.painter.setPoints({ n: scene.n, positions: scene.positions, colours: this.colours, sizes: sizes(scene) });
    this.zooming = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([0.6, 80])
      .on("start zoom", ({ transform }) => this.move(transform))
      .on("end", () => this.rest());
    select(overlay).call(this.zooming).on("dblclick.zoom", null);
    overlay.addEventListener("pointermove", (event) => this.point(event));
    overlay.addEventListener("pointerleave", () => this.hover(null, 0, 0));
    overlay.addEventListener("click", (event) => this.listeners.choose(this.nearest(event.offsetX, event.offsetY)));
    overlay.addEventListener("keydown", (event) => this.key(event));
    this.watcher = new ResizeObserver(() => this.resize()); // it begins with the size that there is
    this.watcher.observe(overlay.parentElement!);
  }

  close(): void {
    this.watcher.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** Colours the points; null hides one. */
  colour(of: (id: number) => Rgb | null, ink: Ink): void {
    this.ink = ink;
    for (let id = 0; id < this.scene.n; id++) {
      const rgb = of(id);
      this.colours.set(rgb ? [...rgb, 255] : [0, 0, 0, 0], 4 * id);
    }
    this.painter.setColours(this.colours);
    this.ready = true;
    this.draw();
  }

  mark(marks: Marks): void {
    this.marks = marks;
    this.draw();
  }

  /** Moves so that the first of some words is in the middle and most of the others are in view. */
  show(ids: number[]): void {
    const [first] = ids;
    if (first === undefined) {
      return;
    }
    const [x, y] = this.base(first);
    const distances = ids.map((id) => this.distance(first, id)).sort((a, b) => a - b);
    const far = Math.max(distances[Math.floor(0.7 * distances.length)]!, 12);
    const k = Math.min(24, Math.max(1, (0.32 * Math.min(this.width, this.height)) / far));
    this.go(zoomIdentity.translate(this.width / 2, this.height / 2).scale(k).translate(-x, -y));
  }

  zoomBy(factor: number): void {
    this.zooming.scaleBy(select(this.overlay), factor);
  }

  reset(): void {
    this.go(zoomIdentity);
  }

  private go(to: ZoomTransform): void {
    fly(this.transform, to, [this.width, this.height], (at) => this.zooming.transform(select(this.overlay), at));
  }

  private move(transform: ZoomTransform): void {
    this.transform = transform;
    this.moving = true;
    this.draw();
  }

  private rest(): void {
    clearTimeout(this.settle);
    this.settle = window.setTimeout(() => {
      this.moving = false;
      this.last = 0;
      this.draw();
    }, 120);
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.overlay.parentElement!;
    const ratio = Math.min(2, devicePixelRatio);
    const { width, height, transform } = this;
    const radius = this.radius();
    this.width = Math.max(1, clientWidth);
    this.height = Math.max(1, clientHeight);
    // The middle of the screen goes on showing what it showed.
    const kept = ({ k }: ZoomTransform, moved: number, before: number, now: number): number =>
      now / 2 + ((moved + ((k - 1) * before) / 2) * this.radius()) / radius - (k * now) / 2;
    const x = kept(transform, transform.x, width, this.width);
    const y = kept(transform, transform.y, height, this.height);
    if (width > 1) {
      this.zooming.transform(select(this.overlay), zoomIdentity.translate(x, y).scale(transform.k));
    }
    this.overlay.width = Math.round(this.width * ratio);
    this.overlay.height = Math.round(this.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.painter.resize(this.width, this.height, ratio);
    this.draw(true);
  }

  private draw(now = false): void {
    cancelAnimationFrame(this.frame);
    if (now) {
      this.paint();
    } else {
      this.frame = requestAnimationFrame((time) => {
        this.pace(time);
        this.paint();
      });
    }
  }

  /** While the map moves, draws as many points, the most frequent, as the machine keeps up with. */
  private pace(time: number): void {
    if (this.moving && this.last) {
      this.pause += (time - this.last - this.pause) / 3; // a mean, since some pictures are late by chance
      const factor = this.pause > 1.3 * FAST ? 0.75 : 1.1;
      this.nMoving = Math.round(Math.min(this.scene.n, Math.max(15_000, this.nMoving * factor)));
    }
    this.last = this.moving ? time : 0;
  }

  private paint(): void {
    if (!this.ready || this.width <= 1) {
      return;
    }
    const placing = this.placing();
    const n = this.moving ? Math.min(this.nMoving, this.scene.n) : this.scene.n;
    const { k } = this.transform;
    const room = Math.sqrt((this.width * this.height) / this.scene.n);
    const size = Math.min(9, Math.max(1.6, 0.36 * room)) * k ** 0.35;
    const opacity = this.marks.chosen === null && !this.marks.beside.length ? 0.82 : 0.3;
    this.painter.paint(placing, n, Math.min(14, size), opacity);
    this.writing.draw(placing, this, this.colours, this.marks, this.hovered, this.ink, k > 6);
  }

  private placing(): Placing {
    const { k, x, y } = this.transform;
    const radius = this.radius();
    return {
      scaleX: k * radius,
      scaleY: -k * radius,
      offsetX: x + (k * this.width) / 2,
      offsetY: y + (k * this.height) / 2,
    };
  }

  private radius(): number {
    return 0.47 * Math.min(this.width, this.height);
  }

  /** Where a point lies before it is moved and zoomed. */
  private base(id: number): [number, number] {
    const { positions } = this.scene;
    const radius = this.radius();
    return [this.width / 2 + radius * positions[2 * id]!, this.height / 2 - radius * positions[2 * id + 1]!];
  }

  private distance(a: number, b: number): number {
    const [ax, ay] = this.base(a);
    const [bx, by] = this.base(b);
    return Math.hypot(ax - bx, ay - by);
  }

  /** The point next to a place on the screen, if one is near. */
  private nearest(x: number, y: number, within = NEAR): number | null {
    const { positions } = this.scene;
    const { scaleX, scaleY, offsetX, offsetY } = this.placing();
    let best = within * within;
    let found: number | null = null;
    for (let id = 0; id < this.scene.n; id++) {
      const dx = offsetX + scaleX * positions[2 * id]! - x;
      const dy = offsetY + scaleY * positions[2 * id + 1]! - y;
      const far = dx * dx + dy * dy;
      if (far < best && this.colours[4 * id + 3]! > 0) {
        best = far;
        found = id;
      }
    }
    return found;
  }

  private point(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.buttons === 0) {
      this.hover(this.nearest(event.offsetX, event.offsetY), event.offsetX, event.offsetY);
    }
  }

  private hover(id: number | null, x: number, y: number): void {
    if (id !== this.hovered || id !== null) {
      this.hovered = id;
      this.listeners.hover(id, x, y);
      this.draw();
    }
  }

  private key(event: KeyboardEvent): void {
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.zooming.translateBy(select(this.overlay), STEP / this.transform.k, 0),
      ArrowRight: () => this.zooming.translateBy(select(this.overlay), -STEP / this.transform.k, 0),
      ArrowUp: () => this.zooming.translateBy(select(this.overlay), 0, STEP / this.transform.k),
      ArrowDown: () => this.zooming.translateBy(select(this.overlay), 0, -STEP / this.transform.k),
      "+": () => this.zoomBy(1.5),
      "=": () => this.zoomBy(1.5),
      "-": () => this.zoomBy(1 / 1.5),
      "0": () => this.reset(),
      Enter: () => this.listeners.choose(this.nearest(this.width / 2, this.height / 2, Infinity)),
      Escape: () => this.listeners.choose(null),
    };
    if (moves[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      moves[event.key]!();
    }
  }
}

/** Frequent words have larger points: by the logarithm of their place in the order of frequency. */
function sizes(scene: Scene): Float32Array {
  const span = Math.log(scene.n + 1);
  return Float32Array.from({ length: scene.n }, (_, id) => 0.8 + 1.3 * (1 - Math.log(id + 1) / span) ** 1.5);
}

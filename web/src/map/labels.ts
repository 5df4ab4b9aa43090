/** Which words are written on the map: the most frequent ones that do not overlap. */
import type { Scene } from "../scene";
import type { Placing } from "./painter";

export interface Label {
  id: number;
  text: string;
  /** Left end and middle of the text, in pixels. */
  x: number;
  y: number;
  size: number;
}

export interface View {
  width: number;
  height: number;
}

/** Where a label may stand: how much of it left of its point, and how far to the right and down. */
const BESIDE: [number, number, number][] = [[0, 10, 0], [1, -10, 0], [0.5, 0, -18], [0.5, 0, 18], [0, 10, 16], [0, 10, -16], [1, -10, 16], [1, -10, -16]] ;
const TO_THE_RIGHT = [BESIDE[0]!];

/** Square cells of the screen; a label occupies those that it touches. */
class Occupied {
  private readonly columns: number;
  private readonly cells: Uint8Array;

  constructor(width: number, height: number, private readonly cell = 8) {
    this.columns = Math.ceil(width / cell) + 1;
    this.cells = new Uint8Array(this.columns * (Math.ceil(height / cell) + 1));
  }

  /** Takes a rectangle and tells whether it was free. */
  take(left: number, top: number, width: number, height: number): boolean {
    const places = [];
    for (let y = Math.floor(top / this.cell); y <= (top + height) / this.cell; y++) {
      for (let x = Math.floor(left / this.cell); x <= (left + width) / this.cell; x++) {
        const place = y * this.columns + x;
        if (this.cells[place]) {
          return false;
        }
        places.push(place);
      }
    }
    places.forEach((place) => (this.cells[place] = 1));
    return true;
  }
}

export class Labels {
  private readonly widths: Float32Array;

  constructor(
    private readonly scene: Scene,
    private readonly context: CanvasRenderingContext2D,
    private readonly font: (size: number) => string,
  ) {
    this.widths = new Float32Array(scene.n);
  }

  /**
   * The labels of a view. The first ids come before all others, which stand in the order of their
   * frequency: of these there are as many as can be read well.
   */
  place(placing: Placing, view: View, first: number[], hidden: (id: number) => boolean, others: boolean): Label[] {
    const occupied = new Occupied(view.width, view.height);
    const labels: Label[] = [];
    for (const id of first) {
      this.add(labels, occupied, placing, view, id, 13.5, BESIDE);
    }
    const limit = others ? Math.min(160, 8 + (view.width * view.height) / 9000) : 0;
    const most = labels.length + limit;
    const marked = new Set(first);
    for (let id = 0; id < this.scene.n && labels.length < most; id++) {
      if (!marked.has(id) && !hidden(id)) {
        const size = 11 + 3 * Math.max(0, 1 - labels.length / 40);
        this.add(labels, occupied, placing, view, id, size, TO_THE_RIGHT);
      }
    }
    return labels;
  }

  /** Adds a label at the first of some places beside its point that is free. */
  private add(
    labels: Label[],
    occupied: Occupied,
    placing: Placing,
    view: View,
    id: number,
    size: number,
    places: typeof BESIDE,
  ): void {
    const x = placing.offsetX + placing.scaleX * this.scene.positions[2 * id]!;
    const y = placing.offsetY + placing.scaleY * this.scene.positions[2 * id + 1]!;
    if (x < 0 || y < 10 || x > view.width || y > view.height - 10) {
      return;
    }
    const width = (this.width(id) * size) / 12;
    for (const [share, right, down] of places) {
      const left = x + right - share * width;
      const fits = left > 4 && left + width < view.width - 4;
      if (fits && occupied.take(left - 4, y + down - 10, width + 8, 20)) {
        labels.push({ id, text: this.scene.text(id), x: left, y: y + down, size });
        return;
      }
    }
  }

  private width(id: number): number {
    if (!this.widths[id]) {
      this.context.font = this.font(12);
      this.widths[id] = Math.max(1, this.context.measureText(this.scene.text(id)).width);
    }
    return this.widths[id]!;
  }
}

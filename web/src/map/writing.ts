/** What is written and drawn over the points: words, rings, and lines to the chosen word. */
import { css, type Ink, type Rgb } from "../colours";
import type { Scene } from "../scene";
import { Labels, type View } from "./labels";
import type { Placing } from "./painter";

export interface Marks {
  /** The selected word. */
  chosen: number | null;
  /** Words beside it, such as its neighbours, best first. */
  beside: number[];
}

const font = (size: number): string => `500 ${size}px system-ui, "Segoe UI", Roboto, sans-serif`;

export class Writing {
  private readonly labels: Labels;

  constructor(
    private readonly scene: Scene,
    private readonly context: CanvasRenderingContext2D,
  ) {
    this.labels = new Labels(scene, context, font);
  }

  /** Draws all of it; `close` says that few words are in view, so that all may be named. */
  draw(
    placing: Placing,
    view: View,
    colours: Uint8Array,
    marks: Marks,
    hovered: number | null,
    ink: Ink,
    close: boolean,
  ): void {
    const { context } = this;
    context.clearRect(0, 0, view.width, view.height);
    this.marks(placing, colours, marks, hovered, ink);
    const first = [...(marks.chosen === null ? [] : [marks.chosen]), ...marks.beside];
    const hidden = (id: number): boolean => colours[4 * id + 3] === 0;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = ink.ground;
    for (const label of this.labels.place(placing, view, first, hidden, close || !first.length)) {
      context.font = font(label.size);
      context.globalAlpha = !first.length || first.includes(label.id) ? 1 : 0.45;
      context.strokeText(label.text, label.x, label.y);
      context.fillStyle = label.id === marks.chosen ? ink.accent : ink.text;
      context.fillText(label.text, label.x, label.y);
    }
    context.globalAlpha = 1;
  }

  private marks(placing: Placing, colours: Uint8Array, { chosen, beside }: Marks, hovered: number | null, ink: Ink): void {
    const { context } = this;
    const at = (id: number): [number, number] => [
      placing.offsetX + placing.scaleX * this.scene.positions[2 * id]!,
      placing.offsetY + placing.scaleY * this.scene.positions[2 * id + 1]!,
    ];
    const ring = (id: number, radius: number, edge: string): void => {
      context.beginPath();
      context.arc(...at(id), radius, 0, 2 * Math.PI);
      context.fillStyle = css([...colours.subarray(4 * id, 4 * id + 3)] as Rgb);
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = edge;
      context.stroke();
    };
    if (chosen !== null) {
      context.strokeStyle = ink.accent;
      context.lineWidth = 1;
      context.globalAlpha = 0.35;
      context.beginPath();
      for (const id of beside) {
        context.moveTo(...at(chosen));
        context.lineTo(...at(id));
      }
      context.stroke();
      context.globalAlpha = 1;
    }
    beside.forEach((id) => ring(id, 4.5, ink.ground));
    if (chosen !== null) {
      ring(chosen, 6.5, ink.accent);
    }
    if (hovered !== null) {
      ring(hovered, 5.5, ink.accent);
    }
  }
}

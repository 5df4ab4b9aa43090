/** Points without WebGL2: squares, written into an image pixel by pixel. */
import type { Painter, Placing, Points } from "./painter";

export class PlainPainter implements Painter {
  readonly notice = "This browser offers no WebGL2: points are drawn as plain squares.";
  private readonly context: CanvasRenderingContext2D;
  private points: Points | null = null;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d")!;
  }

  setPoints(points: Points): void {
    this.points = points;
  }

  setColours(colours: Uint8Array): void {
    this.points!.colours = colours;
  }

  resize(width: number, height: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
  }

  paint(placing: Placing, n: number, size: number, opacity: number): void {
    const { width, height } = this.canvas;
    const { positions, colours, sizes } = this.points!;
    const image = this.context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const tints = new Uint32Array(colours.buffer, colours.byteOffset, colours.length / 4);
    const alpha = Math.round(255 * Math.min(1, 0.2 + opacity)) << 24;
    for (let i = 0; i < n; i++) {
      if (tints[i]! >>> 24 === 0) {
        continue;
      }
      const side = Math.max(1, Math.round(size * sizes[i]! * 0.85));
      const left = Math.round(placing.offsetX + placing.scaleX * positions[2 * i]! - side / 2);
      const top = Math.round(placing.offsetY + placing.scaleY * positions[2 * i + 1]! - side / 2);
      const tint = (tints[i]! & 0xffffff) | alpha;
      for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
        pixels.fill(tint, y * width + Math.max(0, left), y * width + Math.max(0, Math.min(width, left + side)));
      }
    }
    this.context.putImageData(image, 0, 0);
  }
}

/** What paints the points of a map: by WebGL2, or without it on a plain canvas. */

export interface Points {
  n: number;
  /** x and y of each, in [-1, 1]. */
  positions: Float32Array;
  /** Red, green, blue and opacity of each. */
  colours: Uint8Array;
  /** Factor of each point's size. */
  sizes: Float32Array;
}

/** How the map lies on the canvas: pixels = offset + scale * position, y upwards. */
export interface Placing {
  scaleX: number;
  scaleY: number;
  offsetX: number;
  offsetY: number;
}

export interface Painter {
  /** What is said of it where it is not the usual one. */
  readonly notice: string | null;
  setPoints(points: Points): void;
  setColours(colours: Uint8Array): void;
  /** Paints the first `n` points; of pixels of the screen, size is a point's width. */
  paint(placing: Placing, n: number, size: number, opacity: number): void;
  resize(width: number, height: number, pixelRatio: number): void;
}

/** Points by WebGL2: one call draws all of them, so that half a million move smoothly. */
import type { Painter, Placing, Points } from "./painter";

const VERTEX = `#version 300 es
in vec2 position;
in vec4 colour;
in float factor;
uniform vec4 placing;  // scale and offset, in clip space
uniform float size;
out vec4 tint;
out float width;
void main() {
  gl_Position = vec4(position * placing.xy + placing.zw, 0.0, 1.0);
  // Points that are hidden are put outside.
  if (colour.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  width = max(1.0, size * factor);
  gl_PointSize = width + 1.0;
  tint = colour;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 tint;
in float width;
uniform float opacity;
out vec4 pixel;
void main() {
  float away = length(gl_PointCoord - 0.5) * (width + 1.0);
  float cover = clamp(0.5 * width + 0.5 - away, 0.0, 1.0);
  pixel = vec4(tint.rgb, 1.0) * tint.a * cover * opacity;
}`;

export class WebGLPainter implements Painter {
  readonly notice = null;
  private readonly program: WebGLProgram;
  private readonly buffers = new Map<string, WebGLBuffer>();
  private pixelRatio = 1;
  private points: Points | null = null;

  private constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly gl: WebGL2RenderingContext,
  ) {
    this.program = this.prepare();
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => {
      Object.assign(this, { program: this.prepare() });
      this.buffers.clear();
      if (this.points) {
        this.setPoints(this.points);
      }
    });
  }

  /** A painter, or null where there is no WebGL2. */
  static on(canvas: HTMLCanvasElement): WebGLPainter | null {
    const gl = canvas.getContext("webgl2", { antialias: false, powerPreference: "high-performance" });
    return gl && new WebGLPainter(canvas, gl);
  }

  setPoints(points: Points): void {
    const { gl } = this;
    this.points = points;
    this.fill("position", points.positions, 2, gl.FLOAT);
    this.fill("factor", points.sizes, 1, gl.FLOAT);
    this.setColours(points.colours);
  }

  setColours(colours: Uint8Array): void {
    this.points!.colours = colours;
    this.fill("colour", colours, 4, this.gl.UNSIGNED_BYTE);
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.canvas.width = Math.round(width * pixelRatio);
    this.canvas.height = Math.round(height * pixelRatio);
    this.pixelRatio = pixelRatio;
    this.gl.viewport(0, 0, this.canvas.width, this.canvas.height);
  }

  paint(placing: Placing, n: number, size: number, opacity: number): void {
    const { gl, program, pixelRatio } = this;
    const x = (2 * pixelRatio) / this.canvas.width;
    const y = (2 * pixelRatio) / this.canvas.height;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4f(
      gl.getUniformLocation(program, "placing"),
      placing.scaleX * x,
      -placing.scaleY * y,
      placing.offsetX * x - 1,
      1 - placing.offsetY * y,
    );
    gl.uniform1f(gl.getUniformLocation(program, "size"), size * pixelRatio);
    gl.uniform1f(gl.getUniformLocation(program, "opacity"), opacity);
    gl.drawArrays(gl.POINTS, 0, n);
  }

  private prepare(): WebGLProgram {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    return program;
  }

  private fill(name: string, values: Float32Array | Uint8Array, width: number, type: number): void {
    const { gl } = this;
    const buffer = this.buffers.get(name) ?? gl.createBuffer();
    this.buffers.set(name, buffer);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    const place = gl.getAttribLocation(this.program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, width, type, type === gl.UNSIGNED_BYTE, 0, 0);
  }
}

/** What contexts are to the output layer, as in `huffvec.architectures`. */
import type { Table } from "./table";

export class Contexts {
  constructor(
    private readonly table: Table,
    private readonly kind: "each" | "mean",
    private readonly shares: Float32Array | null,
    private readonly places: Float32Array | null,
  ) {}

  /** The hidden vectors of words around a target: one a word, or their mean. */
  hidden(ids: number[]): Float32Array[] {
    if (this.kind === "each") {
      return ids.map((id) => this.table.row(id));
    }
    const mean = new Float32Array(this.table.dim);
    const total = ids.reduce((sum, id) => sum + this.share(id), 0);
    ids.forEach((id, i) => {
      const place = this.place(i, ids.length);
      this.table.row(id).forEach((value, j) => {
        mean[j]! += (value * this.share(id) * (place ? place[j]! : 1)) / total;
      });
    });
    return [mean];
  }

  private share(id: number): number {
    return this.shares ? this.shares[id]! : 1;
  }

  /** The factors of the i-th of n words, the first half of which stands left of the target. */
  private place(i: number, n: number): Float32Array | null {
    if (this.places === null) {
      return null;
    }
    const { dim } = this.table;
    const window = this.places.length / dim / 2;
    const left = Math.ceil(n / 2);
    const offset = i < left ? Math.max(i - left, -window) : Math.min(i - left + 1, window);
    const row = offset + window - (offset > 0 ? 1 : 0);
    return this.places.subarray(row * dim, (row + 1) * dim);
  }
}

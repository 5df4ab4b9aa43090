/** The nearest words by cosine similarity: exact over all rows of the page. */
import { largest, type Ranked, type Table } from "./table";

/** A word and its weight in what is looked for: 1, or -1 for one that is taken away. */
export type Term = [id: number, weight: number];

export class Neighbours {
  private readonly factors: Float32Array;
  private readonly cosines: Float32Array;

  constructor(private readonly table: Table) {
    this.factors = table.inverseLengths();
    this.cosines = new Float32Array(table.n);
  }

  /** The k words nearest to the sum of words' directions, without these words. */
  nearest(terms: Term[], k: number): Ranked {
    const query = this.direction(terms);
    if (query === null) {
      return { ids: [], scores: [] };
    }
    this.table.products(query, this.factors, this.cosines);
    const asked = new Set(terms.map(([id]) => id));
    return largest(this.cosines, k, (id) => !asked.has(id) && this.factors[id] !== 0);
  }

  /** The weighted sum of words' vectors of length 1, itself of length 1; null if it is zero. */
  private direction(terms: Term[]): Float32Array | null {
    const sum = new Float64Array(this.table.dim);
    for (const [id, weight] of terms) {
      const factor = (weight * this.factors[id]!) / (this.table.scales[id]! || 1);
      this.table.row(id).forEach((value, j) => (sum[j]! += value * factor));
    }
    const length = Math.hypot(...sum);
    return length > 1e-9 ? Float32Array.from(sum, (value) => value / length) : null;
  }
}

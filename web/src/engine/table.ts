/** Rows of whole numbers, each with a factor: what the page keeps of vectors. */
import type { Payload, TableRef } from "../payload";

export class Table {
  readonly n: number;

  constructor(
    readonly values: Int8Array | Int16Array,
    readonly scales: Float32Array,
    readonly dim: number,
  ) {
    this.n = scales.length;
  }

  static async read(payload: Payload, ref: TableRef, dim: number): Promise<Table> {
    const [values, scales] = await Promise.all([
      payload.numbers<Int8Array | Int16Array>(ref.values),
      payload.numbers<Float32Array>(ref.scales),
    ]);
    return new Table(values, scales, dim);
  }

  /** A row as numbers. */
  row(i: number): Float32Array {
    return Float32Array.from(
      this.values.subarray(i * this.dim, (i + 1) * this.dim),
      (value) => value * this.scales[i]!,
    );
  }

  /** The products of all rows with a vector, each times the row's factor. */
  products(vector: Float32Array, factors: Float32Array, into: Float32Array): void {
    const { values, dim, n } = this;
    for (let i = 0, at = 0; i < n; i++, at += dim) {
      // Four sums at once: they do not wait for one another.
      let a = 0, b = 0, c = 0, d = 0, j = 0;
      for (; j + 3 < dim; j += 4) {
        a += values[at + j]! * vector[j]!;
        b += values[at + j + 1]! * vector[j + 1]!;
        c += values[at + j + 2]! * vector[j + 2]!;
        d += values[at + j + 3]! * vector[j + 3]!;
      }
      for (; j < dim; j++) {
        a += values[at + j]! * vector[j]!;
      }
      into[i] = (a + b + c + d) * factors[i]!;
    }
  }

  /** The inverse of every row's length, before its factor; 0 for a row of zeros. */
  inverseLengths(): Float32Array {
    const { values, dim } = this;
    return Float32Array.from({ length: this.n }, (_, i) => {
      let sum = 0;
      for (let at = i * dim; at < (i + 1) * dim; at++) {
        sum += values[at]! * values[at]!;
      }
      return sum > 0 ? 1 / Math.sqrt(sum) : 0;
    });
  }
}

export interface Ranked {
  ids: number[];
  scores: number[];
}

/** The k largest of some scores, largest first; of equal ones, the smaller number first. */
export function largest(
  scores: ArrayLike<number>,
  k: number,
  allowed: (id: number) => boolean = () => true,
  n = scores.length,
): Ranked {
  const ids: number[] = [];
  for (let i = 0; i < n; i++) {
    const full = ids.length === k;
    if ((full && !(scores[i]! > scores[ids[k - 1]!]!)) || Number.isNaN(scores[i]) || !allowed(i)) {
      continue;
    }
    let place = full ? k - 1 : ids.length;
    for (; place > 0 && scores[ids[place - 1]!]! < scores[i]!; place--) {
      ids[place] = ids[place - 1]!;
    }
    ids[place] = i;
  }
  return { ids, scores: ids.map((id) => scores[id]!) };
}

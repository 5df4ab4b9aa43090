/** What a page holds: a header, and blocks of numbers or text, each base64 of zlib's format. */

const ARRAYS = {
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

export type Numbers = Int8Array | Int16Array | Uint16Array | Int32Array | Float32Array | Float64Array;

/** Where a table stands: which block, of which type. */
export interface Ref {
  block: number;
  dtype: keyof typeof ARRAYS | "json";
}

/** A table of whole numbers, each row with the factor that makes its numbers those that were trained. */
export interface TableRef {
  values: Ref;
  scales: Ref;
  /** Largest whole number of a row: 127 for 8 bits. */
  levels: number;
}

export interface TreeRef {
  /** What is below every inner node, by bit; parents stand before children. See `tree.ts`. */
  children: Ref;
  /** The row of the model's output vectors of every inner node. */
  nodes: Ref;
  /** How often the words of each subtree occur whose words the page does not show. */
  otherCounts: Ref;
}

/** How the model predicts words. */
export interface OutputRef {
  kind: "softmax" | "logistic" | "grouped" | "tree";
  objective: string;
  /** Whether every word of a context predicts alone, or their mean does. */
  hidden: "each" | "mean";
  rows: TableRef;
  /** Added to the scores, a number a row. */
  offsets: Ref | null;
  /** How much each word counts in the mean. */
  shares: Ref | null;
  /** Factors of the places of a window, left to right, (2 window, dim). */
  places: Ref | null;
  /** Of grouped softmaxes: the group of every word; 0 for those without. */
  wordGroups: Ref | null;
  tree: TreeRef | null;
  /** Words that take part in a softmax, those that the page does not show too. */
  nRows: number;
  /** What the page cannot do as the model does, in a sentence; or null. */
  limits: string | null;
  /** By how much the page's probabilities differ from the model's, measured when it was made. */
  error: { contexts: number; words: number; median: number; most: number };
}

export interface SceneHeader {
  title: string;
  /** What a point stands for: "word", or "tag" of documents. */
  rowName: string;
  facts: Record<string, string>;
  n: number;
  dim: number;
  words: Ref;
  /** What is shown in place of the words. */
  labels: Ref | null;
  counts: Ref | null;
  positions: Ref;
  /** The group of each word; -1 for none. */
  groups: Ref | null;
  groupNames: string[];
  vectors: TableRef;
  agreement: { words: number; k: number; share: number };
  output: OutputRef | null;
  /** Why there is no output, where there is a model. */
  noOutput: string | null;
}

export interface ComparisonRef {
  /** Rows of the words in both scenes, (n, 2), those first whose neighbours differ most. */
  ids: Ref;
  /** How many of the k nearest words are the same. */
  shared: Ref;
  k: number;
}

export interface Header {
  scenes: SceneHeader[];
  comparison: ComparisonRef | null;
}

export class Payload {
  constructor(
    readonly header: Header,
    private readonly texts: Record<number, string>,
  ) {}

  /** The payload of the document. */
  static read(page: Document): Payload {
    const header: Header = JSON.parse(page.getElementById("header")!.textContent!);
    const blocks = [...page.querySelectorAll<HTMLScriptElement>("script.block")];
    return new Payload(
      header,
      Object.fromEntries(blocks.map((block, i) => [i, block.textContent!])),
    );
  }

  /** The same header with the blocks alone that are referred to. */
  part(refs: (Ref | null)[]): [Header, Record<number, string>] {
    const wanted = refs.filter((ref) => ref !== null).map((ref) => ref.block);
    return [this.header, Object.fromEntries(wanted.map((block) => [block, this.texts[block]!]))];
  }

  async numbers<T extends Numbers>(ref: Ref): Promise<T> {
    return new ARRAYS[ref.dtype as keyof typeof ARRAYS](await this.bytes(ref)) as Numbers as T;
  }

  async json<T>(ref: Ref): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await this.bytes(ref))) as T;
  }

  private async bytes(ref: Ref): Promise<ArrayBuffer> {
    const packed = new Blob([fromBase64(this.texts[ref.block]!)]);
    return new Response(
      packed.stream().pipeThrough(new DecompressionStream("deflate")),
    ).arrayBuffer();
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) {
    return native.call(Uint8Array, text);
  }
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

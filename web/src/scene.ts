/** What the page draws of each model or file of vectors. */
import { countMasses, parentsOf, type Tree, treeOf } from "./engine/tree";
import type { Payload, SceneHeader } from "./payload";

export interface TreeScene extends Tree {
  parents: Int32Array;
  /** Every node's share of the text. */
  usual: Float64Array;
}

export class Scene {
  private byWord: Map<string, number> | null = null;
  private folded: string[] | null = null;

  private constructor(
    readonly index: number,
    readonly header: SceneHeader,
    readonly words: string[],
    private readonly labels: string[] | null,
    readonly counts: Float64Array | null,
    /** In [-1, 1], x and y of each word. */
    readonly positions: Float32Array,
    readonly groups: Int32Array | null,
    readonly tree: TreeScene | null,
  ) {}

  static async read(payload: Payload, index: number): Promise<Scene> {
    const header = payload.header.scenes[index]!;
    const [words, labels, counts, places, groups] = await Promise.all([
      payload.json<string[]>(header.words),
      header.labels && payload.json<string[]>(header.labels),
      header.counts && payload.numbers<Float64Array>(header.counts),
      payload.numbers<Uint16Array>(header.positions),
      header.groups && payload.numbers<Int32Array>(header.groups),
    ]);
    const positions = Float32Array.from(places, (place) => place / 32767.5 - 1);
    const tree = await readTree(payload, header, counts);
    return new Scene(index, header, words, labels, counts, positions, groups, tree);
  }

  get n(): number {
    return this.words.length;
  }

  /** What points stand for, in the plural. */
  get points(): string {
    return `${this.header.rowName}s`;
  }

  /** What a word is shown as. One of blanks alone would not be seen. */
  text(id: number): string {
    const text = this.labels?.[id] ?? this.words[id]!;
    return text.trim() ? text : `“${text.replace(/\s/g, "␣")}”`;
  }

  /** The name of a word's group, or null. */
  group(id: number): string | null {
    return this.header.groupNames[this.groups?.[id] ?? -1] ?? null;
  }

  /** The number of a word, or undefined. */
  find(word: string): number | undefined {
    this.byWord ??= new Map(this.words.map((other, i) => [other, i]));
    return this.byWord.get(word);
  }

  /** Words for what is typed: the very word, then those that begin with it, then that have it. */
  search(typed: string, k: number): number[] {
    const asked = fold(typed.trim());
    if (!asked) {
      return [];
    }
    this.folded ??= (this.labels ?? this.words).map(fold);
    const exact: number[] = [];
    const starts: number[] = [];
    const inside: number[] = [];
    for (let i = 0; i < this.n && starts.length < k; i++) {
      const at = this.folded[i]!.indexOf(asked);
      if (at < 0) {
        continue;
      }
      const found = this.folded[i] === asked ? exact : at === 0 ? starts : inside;
      if (found.length < k) {
        found.push(i);
      }
    }
    return [...exact, ...starts, ...inside].slice(0, k);
  }

  /** How often the word occurs, in words; empty if that is not known. */
  frequency(id: number): string {
    return this.counts ? `${this.counts[id]!.toLocaleString("en")} ×` : "";
  }
}

async function readTree(
  payload: Payload,
  header: SceneHeader,
  counts: Float64Array | null,
): Promise<TreeScene | null> {
  const ref = header.output?.tree;
  if (!ref) {
    return null;
  }
  const [children, rows, others] = await Promise.all([
    payload.numbers<Int32Array>(ref.children),
    payload.numbers<Int32Array>(ref.nodes),
    payload.numbers<Float64Array>(ref.otherCounts),
  ]);
  const tree = treeOf(children, rows, header.n);
  const shown = counts ?? new Float64Array(header.n).fill(1);
  return { ...tree, parents: parentsOf(tree), usual: countMasses(tree, [...shown, ...others]) };
}

/** A word as it is searched for: without capitals and accents. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return /^[\x20-\x7e]*$/.test(lower) ? lower : lower.normalize("NFKD").replace(/\p{M}/gu, "");
}

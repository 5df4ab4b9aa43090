/** The computations of a page, in the worker or, where there is none, beside the drawing. */
import type { Header, OutputRef, Ref, SceneHeader } from "../payload";
import { Payload } from "../payload";
import { Contexts } from "./contexts";
import { Neighbours, type Term } from "./neighbours";
import { alongTree, grouped, type Probabilities, softmax, treeMasses } from "./output";
import { largest, type Ranked, Table } from "./table";
import { treeOf } from "./tree";

export interface Predicted extends Ranked {
  /** The probability of all words together that the page does not show. */
  others: number;
  /** Of a word asked for: its probability and how many words are more probable. */
  asked: { probability: number; before: number } | null;
}

interface Output {
  hidden: (context: number[]) => Float32Array[];
  probabilities: Probabilities;
  masses: ((hidden: Float32Array[]) => Float64Array) | null;
}

export class Engine {
  private readonly scenes: Promise<SceneEngine>[];

  constructor(payload: Payload) {
    this.scenes = payload.header.scenes.map((scene) => SceneEngine.read(payload, scene));
  }

  /** Settles once a scene's vectors are there. */
  async ready(scene: number): Promise<void> {
    await this.scenes[scene];
  }

  async nearest(scene: number, terms: Term[], k: number): Promise<Ranked> {
    return (await this.scenes[scene]!).neighbours.nearest(terms, k);
  }

  async predict(scene: number, context: number[], k: number, word: number | null): Promise<Predicted> {
    const { output, n } = await this.scenes[scene]!;
    const all = output!.probabilities(output!.hidden(context));
    const shown = all.subarray(0, n);
    const others = all.subarray(n).reduce((sum, probability) => sum + probability, 0);
    const probability = word === null ? 0 : shown[word]!;
    const asked =
      word === null ? null : { probability, before: shown.filter((other) => other > probability).length };
    return { ...largest(shown, k), others, asked };
  }

  /** How much probability comes to each node of a tree given a context. */
  async masses(scene: number, context: number[]): Promise<Float64Array> {
    const { output } = await this.scenes[scene]!;
    return output!.masses!(output!.hidden(context));
  }
}

class SceneEngine {
  private constructor(
    readonly n: number,
    readonly neighbours: Neighbours,
    readonly output: Output | null,
  ) {}

  static async read(payload: Payload, scene: SceneHeader): Promise<SceneEngine> {
    const vectors = await Table.read(payload, scene.vectors, scene.dim);
    const output = scene.output && (await readOutput(payload, scene, scene.output, vectors));
    return new SceneEngine(scene.n, new Neighbours(vectors), output);
  }
}

async function readOutput(payload: Payload, scene: SceneHeader, ref: OutputRef, vectors: Table): Promise<Output> {
  const optional = async (numbers: Ref | null): Promise<Float32Array | null> =>
    numbers && payload.numbers<Float32Array>(numbers);
  const rows = await Table.read(payload, ref.rows, scene.dim);
  const contexts = new Contexts(vectors, ref.hidden, await optional(ref.shares), await optional(ref.places));
  const hidden = (context: number[]): Float32Array[] => contexts.hidden(context);
  if (ref.tree) {
    const [children, nodes] = await Promise.all([
      payload.numbers<Int32Array>(ref.tree.children),
      payload.numbers<Int32Array>(ref.tree.nodes),
    ]);
    const tree = treeOf(children, nodes, scene.n);
    return {
      hidden,
      probabilities: alongTree(rows, tree),
      masses: (vectors) => treeMasses(vectors, rows, tree),
    };
  }
  const probabilities =
    ref.kind === "grouped"
      ? grouped(rows, await payload.numbers<Int32Array>(ref.wordGroups!))
      : softmax(ref.kind as "softmax" | "logistic", rows, await optional(ref.offsets));
  return { hidden, probabilities, masses: null };
}

/** The blocks that the engine reads. */
export function refsOf(header: Header): (Ref | null)[] {
  return header.scenes.flatMap(({ vectors, output }) => [
    ...[vectors, output?.rows].flatMap((table) => (table ? [table.values, table.scales] : [])),
    ...(output ? [output.offsets, output.shares, output.places, output.wordGroups] : []),
    ...(output?.tree ? [output.tree.children, output.tree.nodes] : []),
  ]);
}

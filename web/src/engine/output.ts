/** p(word | context) of every word, as the model's predictor makes it (`huffvec.objectives`). */
import type { OutputRef } from "../payload";
import type { Table } from "./table";
import { leafMasses, nodeMasses, type Tree } from "./tree";

export type Probabilities = (hidden: Float32Array[]) => Float64Array;

/** Of a softmax: exp(score + offset), or σ(score + offset), over the sum of all rows'. */
export function softmax(kind: "softmax" | "logistic", rows: Table, offsets: Float32Array | null): Probabilities {
  const scores = new Float32Array(rows.n);
  return (hidden) =>
    meanOf(hidden, rows.n, (vector, add) => {
      rows.products(vector, rows.scales, scores);
      const weights = Float64Array.from(scores, (score, i) => score + (offsets ? offsets[i]! : 0));
      normalise(weights, kind === "logistic");
      add(weights);
    });
}

/**
 * Of an adaptive softmax: words of group 0 and one row for each further group share a softmax, and
 * the words of every group have one of their own. The groups' rows follow the words'.
 */
export function grouped(rows: Table, groups: Int32Array): Probabilities {
  const n = groups.length;
  const scores = new Float32Array(rows.n);
  const members = Array.from({ length: rows.n - n + 1 }, (): number[] => []);
  groups.forEach((group, i) => members[group]!.push(i));
  const head = [...members[0]!, ...Array.from({ length: rows.n - n }, (_, g) => n + g)];
  return (hidden) =>
    meanOf(hidden, n, (vector, add) => {
      rows.products(vector, rows.scales, scores);
      const found = new Float64Array(rows.n);
      const share = (ids: number[], factor: number): void => {
        const weights = Float64Array.from(ids, (id) => scores[id]!);
        normalise(weights, false);
        ids.forEach((id, i) => (found[id] = weights[i]! * factor));
      };
      share(head, 1);
      members.slice(1).forEach((ids, g) => share(ids, found[n + g]!));
      add(found);
    });
}

/** Of a tree: the product of the turns on every word's path. Subtrees not shown follow the words. */
export function alongTree(rows: Table, tree: Tree): Probabilities {
  return (hidden) => leafMasses(tree, treeMasses(hidden, rows, tree));
}

/** How much of the probability comes to every inner node of a tree. */
export function treeMasses(hidden: Float32Array[], rows: Table, tree: Tree): Float64Array {
  const scores = new Float32Array(rows.n);
  return meanOf(hidden, 2 * tree.nInner + 1, (vector, add) => {
    rows.products(vector, rows.scales, scores);
    add(nodeMasses(tree, scores));
  });
}

/** Turns the logs of weights, or what their logs are by σ, into probabilities, in place. */
function normalise(weights: Float64Array, logistic: boolean): void {
  let most = -Infinity;
  for (let i = 0; i < weights.length; i++) {
    if (logistic) {
      weights[i] = -Math.log1p(Math.exp(-Math.abs(weights[i]!))) + Math.min(weights[i]!, 0);
    }
    most = Math.max(most, weights[i]!);
  }
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp(weights[i]! - most);
    total += weights[i]!;
  }
  for (let i = 0; i < weights.length; i++) {
    weights[i]! /= total;
  }
}

/** The mean of what hidden vectors give, each alone. */
function meanOf(
  hidden: Float32Array[],
  n: number,
  each: (vector: Float32Array, add: (values: Float64Array) => void) => void,
): Float64Array {
  const mean = new Float64Array(n);
  const add = (values: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      mean[i]! += values[i]! / hidden.length;
    }
  };
  hidden.forEach((vector) => each(vector, add));
  return mean;
}

/** In a sentence, what the probabilities of an objective are. */
export function explained(output: OutputRef): string {
  const each =
    output.hidden === "each"
      ? "Each word of the context predicts alone; the mean of their probabilities is shown."
      : "The mean of the context's vectors predicts.";
  const how = {
    softmax: "A softmax of the scores over the vocabulary.",
    logistic: "σ(score + log K q(word)), normalised over the vocabulary.",
    grouped: "A softmax over frequent words and groups, times a softmax in the word's group.",
    tree: "The product of the turns on the word's path through the tree.",
  }[output.kind];
  return `${how} ${each}`;
}

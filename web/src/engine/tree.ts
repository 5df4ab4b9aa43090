/** A binary tree over the words, with how much probability comes to each of its nodes. */

/**
 * Nodes are numbered from 0: first the inner ones, parents before their children, then the leaves.
 * Leaf `l` is node `nInner + l`: the words in the page's order, then subtrees of words that the page
 * does not show.
 */
export interface Tree {
  nInner: number;
  nWords: number;
  /** The two nodes below every inner one, by bit, (nInner, 2). */
  children: Int32Array;
  /** The row of the model's output vectors of every inner node. */
  rows: Int32Array;
}

/** The tree from what the page holds, where a negative child is leaf `-1 - child`. */
export function treeOf(stored: Int32Array, rows: Int32Array, nWords: number): Tree {
  const nInner = rows.length;
  const children = stored.map((child) => (child < 0 ? nInner - 1 - child : child));
  return { nInner, nWords, children, rows };
}

export const isLeaf = (tree: Tree, node: number): boolean => node >= tree.nInner;

/** The word of a leaf, or null for a subtree that the page does not show. */
export function wordOf(tree: Tree, node: number): number | null {
  const leaf = node - tree.nInner;
  return leaf >= 0 && leaf < tree.nWords ? leaf : null;
}

/** The parent of every node; of the root, -1. */
export function parentsOf(tree: Tree): Int32Array {
  const parents = new Int32Array(2 * tree.nInner + 1).fill(-1);
  tree.children.forEach((child, i) => (parents[child] = i >> 1));
  return parents;
}

/** The nodes from the root down to one, both included. */
export function pathTo(parents: Int32Array, node: number): number[] {
  const path = [];
  for (let at = node; at >= 0; at = parents[at]!) {
    path.push(at);
  }
  return path.reverse();
}

/** The probability to come to each node if σ(score) is that of the bit 0. */
export function nodeMasses(tree: Tree, scores: Float32Array): Float64Array {
  const masses = new Float64Array(2 * tree.nInner + 1);
  masses[0] = 1;
  for (let node = 0; node < tree.nInner; node++) {
    const score = scores[node]!;
    masses[tree.children[2 * node]!] = masses[node]! / (1 + Math.exp(-score));
    masses[tree.children[2 * node + 1]!] = masses[node]! / (1 + Math.exp(score));
  }
  return masses;
}

/** How large a share of the text each node has, from how often the words of the leaves occur. */
export function countMasses(tree: Tree, counts: ArrayLike<number>): Float64Array {
  const masses = new Float64Array(2 * tree.nInner + 1);
  for (let leaf = 0; leaf <= tree.nInner; leaf++) {
    masses[tree.nInner + leaf] = counts[leaf]!;
  }
  for (let node = tree.nInner - 1; node >= 0; node--) {
    masses[node] = masses[tree.children[2 * node]!]! + masses[tree.children[2 * node + 1]!]!;
  }
  const total = masses[0]!;
  return masses.map((mass) => mass / total);
}

export const leafMasses = (tree: Tree, masses: Float64Array): Float64Array => masses.slice(tree.nInner);

/** The leaves below a node of the largest mass, largest first. */
export function heaviestLeaves(tree: Tree, masses: Float64Array, node: number, k: number): number[] {
  const found: number[] = [];
  const open = [node]; // from light to heavy
  while (open.length && found.length < k) {
    const next = open.pop()!;
    if (isLeaf(tree, next)) {
      found.push(next);
      continue;
    }
    for (const child of [tree.children[2 * next]!, tree.children[2 * next + 1]!]) {
      let place = open.length;
      while (place > 0 && masses[open[place - 1]!]! > masses[child]!) {
        place--;
      }
      open.splice(place, 0, child);
    }
  }
  return found;
}

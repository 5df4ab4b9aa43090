/** The tree of a hierarchical softmax: where the probability goes, and the path of a word. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { heaviestLeaves, pathTo, wordOf } from "../engine/tree";
import { ContextInput } from "../parts/ContextInput";
import { percent, useAnswer, useApp } from "../parts/hooks";
import { RankedList } from "../parts/RankedList";
import { WordInput } from "../parts/WordInput";
import type { Scene, TreeScene } from "../scene";
import { TreeCanvas } from "../tree/TreeCanvas";

export function TreeView() {
  const scene = useApp().scene.value;
  if (scene.tree) {
    return <Tree scene={scene} tree={scene.tree} />;
  }
  return (
    <p class="sheet quiet">
      Only models of hierarchical softmax have a tree. <bdi>{scene.header.title}</bdi> is none of these.
    </p>
  );
}

function Tree({ scene, tree }: { scene: Scene; tree: TreeScene }) {
  const app = useApp();
  const focus = useSignal(0);
  const context = app.context.value.map((word) => scene.find(word)).filter((id) => id !== undefined);
  const answer = useAnswer(
    () => (context.length ? app.page.engine.masses(scene.index, context) : null),
    [scene, context.join()],
  );
  const asked = answer !== null && context.length > 0;
  const masses = asked ? answer : tree.usual;
  const chosen = app.chosen.value;
  const path = chosen === null ? [] : pathTo(tree.parents, tree.nInner + chosen);
  useEffect(() => {
    const leaves = heaviestLeaves(tree, masses, focus.value, 3).map((leaf) => nameOf(scene, tree, leaf));
    app.say(`Node with ${percent(masses[focus.value]!)} of the probability. Below: ${leaves.join(", ")}.`);
  }, [focus.value, masses]);
  return (
    <div class="map-view">
      <div class="tree-main">
        <div class="crumbs">
          <button type="button" class="plain" disabled={focus.value === 0} onClick={() => (focus.value = 0)}>
            Root
          </button>
          <button
            type="button"
            class="plain"
            disabled={focus.value === 0}
            onClick={() => (focus.value = tree.parents[focus.value]!)}
          >
            Up
          </button>
          <span class="quiet" data-testid="focus">
            {focus.value === 0
              ? "All words"
              : `${pathTo(tree.parents, focus.value).length - 1} turns down, ${percent(masses[focus.value]!)} of the probability`}
          </span>
          {asked && <Scale />}
        </div>
        <TreeCanvas
          scene={scene}
          tree={tree}
          masses={masses}
          asked={asked}
          path={path}
          focus={focus.value}
          onFocus={(node) => (focus.value = node)}
        />
      </div>
      <aside class="panel" aria-label="Path and probabilities">
        <section>
          <h2 class="label">Context</h2>
          <ContextInput />
        </section>
        <section>
          <h2 class="label">Path of a word</h2>
          <WordInput
            label="Path of"
            placeholder="a word"
            testId="path-word"
            value={chosen}
            onChoose={(id) => app.choose(id)}
          />
          {chosen !== null && (
            <Path
              scene={scene}
              tree={tree}
              masses={masses}
              asked={asked}
              path={path}
              onFocus={(node) => (focus.value = node)}
            />
          )}
        </section>
        <Below scene={scene} tree={tree} masses={masses} node={focus.value} />
        <p class="quiet small">
          Each node asks for one of two ways on, with the probability σ(±v·h) of its vector v in the context h. A
          word’s probability is the product along its path, so that all of them sum to 1 and a word takes one product a
          turn, in place of one for every word.{" "}
          {asked
            ? "Widths are probabilities in the context; colours compare them with how frequent the words are."
            : "Widths are shares of the text; type a context to see where its probability goes."}
        </p>
      </aside>
    </div>
  );
}

const nameOf = (scene: Scene, tree: TreeScene, leaf: number): string => {
  const word = wordOf(tree, leaf);
  return word === null ? "words that are not shown" : scene.text(word);
};

interface PathProperties {
  scene: Scene;
  tree: TreeScene;
  masses: Float64Array;
  asked: boolean;
  path: number[];
  onFocus: (node: number) => void;
}

function Path({ scene, tree, masses, asked, path, onFocus }: PathProperties) {
  const leaf = path.at(-1)!;
  const word = scene.text(wordOf(tree, leaf)!);
  return (
    <>
      <p class="product" data-testid="product" data-value={masses[leaf]}>
        <strong>{percent(masses[leaf]!)}</strong>{" "}
        <span class="quiet">
          {asked ? "in this context" : "of the text"} · {path.length - 1} turns
          {asked && ` · usually ${percent(tree.usual[leaf]!)}`}
        </span>
      </p>
      <table class="path" data-testid="path" aria-label={`Path of ${word}`}>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Way</th>
            <th scope="col">Probability</th>
            <th scope="col">Product</th>
          </tr>
        </thead>
        <tbody>
          {path.slice(1).map((node, i) => {
            const from = path[i]!;
            const turn = masses[from] ? masses[node]! / masses[from] : 0;
            return (
              <tr key={from} data-node={tree.rows[from]} data-value={turn}>
                <td>
                  <button type="button" class="plain" onClick={() => onFocus(from)}>
                    {i === 0 ? "root" : tree.rows[from]}
                  </button>
                </td>
                <td>{tree.children[2 * from] === node ? 0 : 1}</td>
                <td>
                  <span class="gauge" style={{ width: `${48 * turn}px` }} />
                  {percent(turn)}
                </td>
                <td>{percent(masses[node]!)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function Below({ scene, tree, masses, node }: { scene: Scene; tree: TreeScene; masses: Float64Array; node: number }) {
  const leaves = heaviestLeaves(tree, masses, node, 40).filter((leaf) => wordOf(tree, leaf) !== null).slice(0, 8);
  if (!leaves.length) {
    return null;
  }
  return (
    <section>
      <h2 class="label">Most probable below {node === 0 ? "the root" : "this node"}</h2>
      <RankedList
        scene={scene}
        ids={leaves.map((leaf) => wordOf(tree, leaf)!)}
        numbers={leaves.map((leaf) => masses[leaf]!)}
        text={percent}
        most={masses[leaves[0]!]!}
        label="Most probable words"
        testId="below"
      />
    </section>
  );
}

/** What the colours mean. */
function Scale() {
  return (
    <span class="scale quiet small">
      less than usual <span class="strip" /> more
    </span>
  );
}

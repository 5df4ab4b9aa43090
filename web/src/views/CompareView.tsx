/** The words of two models side by side, those first whose neighbourhoods differ most. */
import { useSignal } from "@preact/signals";
import { MapCanvas } from "../map/MapCanvas";
import { useAnswer, useApp } from "../parts/hooks";
import { RankedList } from "../parts/RankedList";
import { WordInput } from "../parts/WordInput";
import type { Scene } from "../scene";

const PART = 100; // words that are added to the list at once

export function CompareView() {
  const app = useApp();
  const { scenes, comparison } = app.page;
  const { ids, shared, k } = comparison!;
  const n = shared.length;
  const nListed = useSignal(PART);
  const least = scenes[0]!;
  const chosen = app.word.value ?? (n ? least.words[ids[0]!]! : null);
  const listed = Array.from({ length: Math.min(n, nListed.value) }, (_, i) => i);
  const mean = n ? shared.reduce((sum, value) => sum + value, 0) / n : 0;
  return (
    <div class="compare">
      <section class="list" aria-label="Those first whose neighbours differ most">
        <h2>Most different first</h2>
        <p class="quiet small" data-testid="mean-shared">
          Of {n.toLocaleString("en")} frequent {least.points} in both. On average {mean.toFixed(1)} of the {k} nearest are the
          same.
        </p>
        <ol data-testid="differing">
          {listed.map((i) => {
            const word = least.words[ids[2 * i]!]!;
            return (
              <li key={word}>
                <button
                  type="button"
                  aria-current={word === chosen}
                  data-value={shared[i]}
                  onClick={() => (app.word.value = word)}
                >
                  <bdi>{least.text(ids[2 * i]!)}</bdi>
                  <span class="quiet" aria-label={`${shared[i]} of ${k} the same`}>
                    {shared[i]}/{k}
                  </span>
                </button>
              </li>
            );
          })}
        </ol>
        {nListed.value < n && (
          <button type="button" class="plain" onClick={() => (nListed.value += PART)}>
            Show more
          </button>
        )}
      </section>
      <div class="pair">
        <WordInput
          label="Search"
          placeholder="Search for a word"
          testId="search"
          large
          clears
          onChoose={(id) => app.choose(id)}
        />
        {chosen !== null && <Pair word={chosen} />}
      </div>
    </div>
  );
}

function Pair({ word }: { word: string }) {
  const app = useApp();
  const { scenes, engine, comparison } = app.page;
  const k = comparison!.k;
  const ids = scenes.map((scene) => scene.find(word));
  const found = scenes.map((scene, i) =>
    useAnswer(() => (ids[i] === undefined ? null : engine.nearest(scene.index, [[ids[i]!, 1]], k)), [word, scene]),
  );
  const near = found.map((answer, i) => new Set(answer?.ids.map((id) => scenes[i]!.words[id]!)));
  const both = (scene: Scene, id: number): boolean => near.every((words) => words.has(scene.words[id]!));
  const nBoth = [...near[0]!].filter((other) => near[1]!.has(other)).length;
  return (
    <section aria-label={`Nearest ${scenes[0]!.points} in both`}>
      <h2 class="word" data-testid="chosen">
        <bdi>{app.textOf(word)}</bdi>
      </h2>
      <p class="quiet">
        {nBoth} of the {k} nearest of all {scenes[0]!.points} are the same, in colour
      </p>
      <div class="columns">
        {scenes.map((scene, i) => (
          <section key={scene.index} class="column" aria-label={scene.header.title}>
            <h3>
              <bdi>{scene.header.title}</bdi>
            </h3>
            {ids[i] === undefined ? (
              <p class="quiet">This model does not show the {scene.header.rowName}.</p>
            ) : (
              <>
                <MapCanvas scene={scene} chosen={ids[i]!} beside={found[i]?.ids ?? []} />
                <RankedList
                  scene={scene}
                  ids={found[i]?.ids ?? []}
                  numbers={found[i]?.scores ?? []}
                  text={(value) => value.toFixed(3)}
                  most={1}
                  label={`Nearest ${scene.points} by ${scene.header.title}`}
                  testId={`neighbours-${i}`}
                  strong={(id) => both(scene, id)}
                />
              </>
            )}
          </section>
        ))}
      </div>
    </section>
  );
}

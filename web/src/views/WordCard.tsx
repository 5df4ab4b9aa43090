/** A word, how frequent it is, and its nearest words. */
import { useEffect } from "preact/hooks";
import { css, groupColour } from "../colours";
import type { Ranked } from "../engine/table";
import { useApp } from "../parts/hooks";
import { RankedList } from "../parts/RankedList";
import { Analogy } from "./Analogy";

export function WordCard({ id, nearest }: { id: number; nearest: Ranked | null }) {
  const app = useApp();
  const scene = app.scene.value;
  const word = scene.text(id);
  const ids = nearest?.ids ?? [];
  const group = scene.group(id);
  useEffect(() => {
    if (nearest) {
      app.say(`${word}. Nearest ${scene.points}: ${ids.slice(0, 5).map((near) => scene.text(near)).join(", ")}.`);
    }
  }, [nearest]);
  return (
    <>
      <section class="card" aria-label={`The chosen ${scene.header.rowName}`}>
        <div class="headline">
          <h2 data-testid="chosen">
            <bdi>{word}</bdi>
          </h2>
          <button type="button" class="icon" aria-label={`Choose no ${scene.header.rowName}`} onClick={() => app.choose(null)}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="m5 5 10 10M15 5 5 15" />
            </svg>
          </button>
        </div>
        <p class="quiet" data-testid="frequency">
          {scene.counts && `${scene.counts[id]!.toLocaleString("en")} times in the text · `}
          no. {(id + 1).toLocaleString("en")}
        </p>
        {group !== null && (
          <p class="group">
            <span class="dot" style={{ background: css(groupColour(scene.groups![id]!, app.dark.value)) }} />
            <bdi>{group}</bdi>
          </p>
        )}
      </section>
      <section>
        <h3>Nearest {scene.points}</h3>
        <RankedList
          scene={scene}
          ids={ids}
          numbers={nearest?.scores ?? []}
          text={(value) => value.toFixed(3)}
          most={1}
          label={`Nearest ${scene.points} to ${word}, by cosine similarity`}
          testId="neighbours"
        />
      </section>
      <Analogy />
    </>
  );
}

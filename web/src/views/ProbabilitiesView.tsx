/** What each model expects in a context, side by side. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { explained } from "../engine/output";
import { ContextInput } from "../parts/ContextInput";
import { percent, useAnswer, useApp } from "../parts/hooks";
import { RankedList } from "../parts/RankedList";
import { WordInput } from "../parts/WordInput";
import type { Scene } from "../scene";

const N_SHOWN = 20;

export function ProbabilitiesView() {
  const app = useApp();
  const { scenes } = app.page;
  const asked = useSignal<string | null>(null);
  const context = app.context.value;
  return (
    <div class="sheet">
      <section class="ask" aria-label="What is asked">
        <h2>Which word comes with these?</h2>
        <ContextInput />
        <div class="target">
          <WordInput
            label="How probable is"
            placeholder="how probable is …"
            testId="target"
            value={asked.value === null ? null : (app.scene.value.find(asked.value) ?? null)}
            onChoose={(id) => (asked.value = app.scene.value.words[id]!)}
          />
          {asked.value !== null && (
            <button type="button" class="plain" onClick={() => (asked.value = null)}>
              Clear
            </button>
          )}
        </div>
        {!context.length && <Examples />}
      </section>
      <div class="columns">
        {scenes.map((scene) => (
          <Column key={scene.index} scene={scene} context={context} asked={asked.value} />
        ))}
      </div>
    </div>
  );
}

/** Some words to begin with: neither the most frequent, which go with everything, nor rare. */
function Examples() {
  const app = useApp();
  const scene = app.scene.value;
  const some = [0.04, 0.06, 0.09, 0.13, 0.18].map((share) => Math.floor(share * scene.n));
  return (
    <p class="chips" aria-label="Some words">
      {[...new Set(some)].map((id) => (
        <button key={id} type="button" onClick={() => (app.context.value = [scene.words[id]!])}>
          <bdi>{scene.text(id)}</bdi>
        </button>
      ))}
    </p>
  );
}

function Column({ scene, context, asked }: { scene: Scene; context: string[]; asked: string | null }) {
  const app = useApp();
  const { output, noOutput, title } = scene.header;
  const ids = context.map((word) => scene.find(word));
  const missing = context.filter((_, i) => ids[i] === undefined);
  const known = ids.filter((id) => id !== undefined);
  const target = asked === null ? null : (scene.find(asked) ?? null);
  const answer = useAnswer(
    () =>
      output && known.length && !missing.length
        ? app.page.engine.predict(scene.index, known, N_SHOWN, target)
        : null,
    [scene, known.join(), missing.length, target],
  );
  useEffect(() => {
    if (answer) {
      app.say(`${title}: most probable ${answer.ids.slice(0, 3).map((id) => scene.text(id)).join(", ")}.`);
    }
  }, [answer]);
  return (
    <section class="column" aria-label={`Probabilities of ${title}`} data-testid={`column-${scene.index}`}>
      <h2>
        <bdi>{title}</bdi>
        {output && <span class="quiet"> {output.objective}</span>}
      </h2>
      {!output && <p class="quiet">{noOutput ?? "These are vectors without a model: they predict nothing."}</p>}
      {missing.length > 0 && (
        <p class="quiet">
          Not in this page’s words: <bdi>{missing.map((word) => app.textOf(word)).join(", ")}</bdi>
        </p>
      )}
      {answer?.asked && (
        <p class="asked" data-testid={`asked-${scene.index}`} data-value={answer.asked.probability}>
          <bdi>{scene.text(target!)}</bdi> <strong>{percent(answer.asked.probability)}</strong>{" "}
          <span class="quiet">no. {(answer.asked.before + 1).toLocaleString("en")}</span>
        </p>
      )}
      {answer && (
        <RankedList
          scene={scene}
          ids={answer.ids}
          numbers={answer.scores}
          text={percent}
          most={answer.scores[0]!}
          label={`Most probable words by ${title}`}
          testId={`predicted-${scene.index}`}
          strong={(id) => id === target}
        />
      )}
      {output && (
        <p class="quiet small">
          {explained(output)} {output.limits}{" "}
          {answer && answer.others > 0 && `Words that the page does not show: ${percent(answer.others)} in all. `}
          The page keeps rounded numbers: its probabilities differ from the model’s by{" "}
          {percent(output.error.median)} of their value, {percent(output.error.most)} at most (the{" "}
          {output.error.words} most probable words of {output.error.contexts} contexts).
        </p>
      )}
    </section>
  );
}

/** a is to b as c is to …: the words nearest to b − a + c. */
import { useSignal } from "@preact/signals";
import { useAnswer, useApp } from "../parts/hooks";
import { RankedList } from "../parts/RankedList";
import { WordInput } from "../parts/WordInput";

export function Analogy() {
  const app = useApp();
  const scene = app.scene.value;
  const terms = useSignal<(number | null)[]>([null, null, null]);
  const [a, b, c] = terms.value;
  const answer = useAnswer(
    () =>
      a == null || b == null || c == null
        ? null
        : app.page.engine.nearest(scene.index, [[a, -1], [b, 1], [c, 1]], 6),
    [a, b, c, scene],
  );
  const set = (place: number, id: number): void => {
    terms.value = terms.value.map((old, i) => (i === place ? id : old));
  };
  const field = (place: number, label: string, letter: string) => (
    <WordInput
      label={label}
      placeholder={letter}
      testId={`analogy-${place}`}
      value={terms.value[place] ?? null}
      onChoose={(id) => set(place, id)}
    />
  );
  return (
    <section class="analogy" aria-label="Analogy">
      <h2 class="label">Analogy: b − a + c</h2>
      <div class="terms">
        {field(0, "Analogy, first word", "a")}
        <span>is to</span>
        {field(1, "Analogy, second word", "b")}
        <span>as</span>
        {field(2, "Analogy, third word", "c")}
        <span>is to</span>
      </div>
      {answer && (
        <RankedList
          scene={scene}
          ids={answer.ids}
          numbers={answer.scores}
          text={(value) => value.toFixed(3)}
          most={1}
          label={`${scene.text(a!)} is to ${scene.text(b!)} as ${scene.text(c!)} is to`}
          testId="analogy"
        />
      )}
    </section>
  );
}

/** Words with a number each, as a list of bars; a click on a word chooses it. */
import type { Scene } from "../scene";
import { useApp } from "./hooks";

interface Properties {
  scene: Scene;
  ids: number[];
  numbers: number[];
  /** How a number is written. */
  text: (value: number) => string;
  /** What the longest bar stands for. */
  most: number;
  label: string;
  testId: string;
  /** Words that stand out. */
  strong?: (id: number) => boolean;
}

export function RankedList({ scene, ids, numbers, text, most, label, testId, strong }: Properties) {
  const app = useApp();
  return (
    <ol class="ranked" aria-label={label} data-testid={testId}>
      {ids.map((id, i) => (
        <li key={id}>
          <button
            type="button"
            class={strong?.(id) ? "strong" : ""}
            data-value={numbers[i]}
            onClick={() => (app.word.value = scene.words[id]!)}
          >
            <span class="bar" style={{ width: `${Math.max(0, (100 * numbers[i]!) / most)}%` }} />
            <bdi class="word">{scene.text(id)}</bdi>
            <span class="number">{text(numbers[i]!)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** A context: words that are typed one after the other, each of which can be taken out. */
import { useApp } from "./hooks";
import { WordInput } from "./WordInput";

export function ContextInput() {
  const app = useApp();
  const context = app.context.value;
  return (
    <div class="context chips">
      <ul aria-label="Context">
        {context.map((word, i) => (
          <li key={`${i} ${word}`} class="chip">
            <bdi>{app.textOf(word)}</bdi>
            <button
              type="button"
              aria-label={`Take ${app.textOf(word)} out`}
              onClick={() => (app.context.value = context.filter((_, j) => j !== i))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <WordInput
        label="Context word"
        placeholder={context.length ? "one more word" : "a context, word by word"}
        testId="context"
        clears
        onChoose={(id) => (app.context.value = [...context, app.scene.value.words[id]!])}
      />
    </div>
  );
}

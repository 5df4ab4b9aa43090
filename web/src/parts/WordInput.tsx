/** A field for a word that proposes words while one types. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useApp, useName } from "./hooks";

interface Properties {
  label: string;
  placeholder: string;
  onChoose: (id: number) => void;
  /** What stands in the field while nobody types. */
  value?: number | null;
  /** Empties the field once a word is chosen, so that the next can be typed. */
  clears?: boolean;
  testId: string;
  large?: boolean;
}

const PROPOSED = 8;

export function WordInput({ label, placeholder, onChoose, value = null, clears, testId, large }: Properties) {
  const app = useApp();
  const field = useRef<HTMLInputElement>(null);
  const list = useName();
  const typed = useSignal<string | null>(null);
  const at = useSignal(0);
  const scene = app.scene.value;
  const found = typed.value ? scene.search(typed.value, PROPOSED) : [];
  const open = typed.value !== null && typed.value.trim() !== "";

  const choose = (id: number): void => {
    typed.value = clears ? "" : null;
    onChoose(id);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      at.value = found.length ? (at.value + step + found.length) % found.length : 0;
      event.preventDefault();
    } else if (event.key === "Enter" && found.length) {
      choose(found[at.value]!);
      event.preventDefault();
    } else if (event.key === "Escape") {
      typed.value = null;
      field.current!.blur();
    }
  };
  return (
    <div class={large ? "word-input large" : "word-input"}>
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && found.length ? `${list}-${at.value}` : undefined}
        placeholder={placeholder}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        dir="auto"
        data-testid={testId}
        value={typed.value ?? (value === null ? "" : scene.text(value))}
        onFocus={() => field.current!.select()}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={key}
        onBlur={() => (typed.value = null)}
      />
      <ul id={list} role="listbox" aria-label={`Words for ${label}`} hidden={!open}>
        {found.map((id, i) => (
          <li
            key={id}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === at.value}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              choose(id);
            }}
          >
            <bdi>{scene.text(id)}</bdi>
            <span class="quiet">{scene.frequency(id)}</span>
          </li>
        ))}
        {open && !found.length && <li class="quiet none">No such {scene.header.rowName} here</li>}
      </ul>
    </div>
  );
}

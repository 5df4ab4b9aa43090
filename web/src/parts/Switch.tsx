/** A row of choices, of which one holds: radio buttons, moved through by arrow keys. */

interface Properties<T> {
  label: string;
  value: T;
  choices: [T, string][];
  onChoose: (value: T) => void;
  testId: string;
}

export function Switch<T extends string | number>({ label, value, choices, onChoose, testId }: Properties<T>) {
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const at = choices.findIndex(([choice]) => choice === value);
    const next = (at + step + choices.length) % choices.length;
    onChoose(choices[next]![0]);
    (event.currentTarget as HTMLElement).querySelectorAll("button")[next]!.focus();
  };
  return (
    <div class="switch" role="radiogroup" aria-label={label} data-testid={testId} onKeyDown={key}>
      {choices.map(([choice, name]) => (
        <button
          key={choice}
          type="button"
          role="radio"
          aria-checked={choice === value}
          tabIndex={choice === value ? 0 : -1}
          onClick={() => onChoose(choice)}
        >
          <bdi>{name}</bdi>
        </button>
      ))}
    </div>
  );
}

/** Small tools for components. */
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { State } from "../state";

export const StateContext = createContext<State | null>(null);

export const useApp = (): State => useContext(StateContext)!;

/** What a promise brings; null until then. Answers to older questions are dropped. */
export function useAnswer<T>(ask: () => Promise<T> | null, depends: unknown[]): T | null {
  const [answer, setAnswer] = useState<T | null>(null);
  useEffect(() => {
    let current = true;
    const promise = ask();
    if (promise === null) {
      setAnswer(null);
    }
    promise?.then((value) => current && setAnswer(() => value));
    return () => {
      current = false;
    };
  }, depends);
  return answer;
}

/** A name for an element of the page that no other has. */
let names = 0;
export function useName(): string {
  const name = useRef("");
  name.current ||= `part-${++names}`;
  return name.current;
}

/** A share in percent, with two or three digits that count, however small it is. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0 || value >= 0.0001) {
    return `${value === 0 ? 0 : value.toPrecision(value >= 0.01 ? 3 : 2)} %`;
  }
  const [digits, exponent] = value.toExponential(1).split("e-");
  const raised = [...exponent!].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return `${digits} · 10⁻${raised} %`;
}

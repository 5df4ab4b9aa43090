/** Starts the page: reads what it holds, starts the engine, draws. */
import { render } from "preact";
import { App } from "./App";
import { startEngine } from "./engine/client";
import { Payload } from "./payload";
import { Scene } from "./scene";
import { type Comparison, State } from "./state";

async function start(root: HTMLElement): Promise<void> {
  const payload = Payload.read(document);
  const engine = startEngine(payload);
  const scenes = await Promise.all(payload.header.scenes.map((_, i) => Scene.read(payload, i)));
  const state = new State({ scenes, engine, comparison: await readComparison(payload) });
  root.replaceChildren();
  render(<App state={state} />, root);
  await Promise.all(scenes.map((_, i) => engine.ready(i)));
  root.dataset.ready = String(Math.round(performance.now())); // milliseconds since the page opened
}

async function readComparison(payload: Payload): Promise<Comparison | null> {
  const ref = payload.header.comparison;
  return (
    ref && {
      k: ref.k,
      ids: await payload.numbers<Int32Array>(ref.ids),
      shared: await payload.numbers<Int32Array>(ref.shared),
    }
  );
}

const root = document.getElementById("app")!;
start(root).catch((error: unknown) => {
  root.textContent = `This page could not be opened: ${String(error)}. A current browser is needed.`;
});

/** The worker's side: answers one message after the other. */
import { Payload } from "../payload";
import { Engine } from "./engine";

let engine: Engine;

self.onmessage = async ({ data }: MessageEvent) => {
  if (data.header) {
    engine = new Engine(new Payload(data.header, data.texts));
    return;
  }
  try {
    const method = engine[data.method as keyof Engine] as (...args: unknown[]) => Promise<unknown>;
    self.postMessage({ id: data.id, result: await method.apply(engine, data.args) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
};

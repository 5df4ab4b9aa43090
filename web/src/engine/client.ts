/** The page's side: an engine in a worker, so that nothing that is drawn has to wait. */
import type { Payload } from "../payload";
import { Engine, refsOf } from "./engine";

declare const WORKER_SOURCE: string;

/** What `Engine` does; it does it elsewhere. */
export type Client = Pick<Engine, "ready" | "nearest" | "predict" | "masses">;

type Method = keyof Client;

interface Question {
  method: Method;
  args: unknown[];
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

export function startEngine(payload: Payload): Client {
  const waiting = new Map<number, Question>();
  let last = 0;
  let here: Engine | null = null;
  const worker = startWorker(payload);
  const ask = <T>(method: Method, ...args: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      const question = { method, args, resolve, reject };
      if (here) {
        answer(here, question);
      } else {
        waiting.set(++last, question);
        worker!.postMessage({ id: last, method, args });
      }
    });
  const computeHere = (): void => {
    here = new Engine(payload);
    waiting.forEach((question) => answer(here!, question));
    waiting.clear();
  };
  if (worker === null) {
    computeHere();
  } else {
    worker.onerror = computeHere;
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.id)!;
      waiting.delete(data.id);
      data.error ? reject(new Error(data.error)) : resolve(data.result as never);
    };
  }
  return {
    ready: (...args) => ask("ready", ...args),
    nearest: (...args) => ask("nearest", ...args),
    predict: (...args) => ask("predict", ...args),
    masses: (...args) => ask("masses", ...args),
  };
}

/** The worker with its part of the payload; null where workers are forbidden, as in some notebooks. */
function startWorker(payload: Payload): Worker | null {
  try {
    const source = new Blob([WORKER_SOURCE], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(source));
    const [header, texts] = payload.part(refsOf(payload.header));
    worker.postMessage({ header, texts });
    return worker;
  } catch {
    return null;
  }
}

function answer(engine: Engine, { method, args, resolve, reject }: Question): void {
  const run = engine[method] as (...args: unknown[]) => Promise<unknown>;
  run.apply(engine, args).then((value) => resolve(value as never), reject);
}

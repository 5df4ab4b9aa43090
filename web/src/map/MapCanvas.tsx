/** A map of words as an element of the page. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { groupColour, oklch, plainColour, rampColour, type Rgb } from "../colours";
import { useApp } from "../parts/hooks";
import type { Scene } from "../scene";
import type { State } from "../state";
import { WordMap } from "./map";

interface Properties {
  scene: Scene;
  /** The word in the middle, and the words that are marked beside it. */
  chosen: number | null;
  beside: number[];
  /** What lies over the map. */
  children?: ComponentChildren;
}

export function MapCanvas({ scene, chosen, beside, children }: Properties) {
  const app = useApp();
  const points = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const map = useRef<WordMap | null>(null);
  const hint = useSignal<{ text: string; x: number; y: number } | null>(null);
  const notice = useSignal<string | null>(null);

  useEffect(() => {
    map.current = new WordMap(points.current!, overlay.current!, scene, app.ink.value, {
      hover: (id, x, y) => {
        hint.value = id === null ? null : { text: `${scene.text(id)}  ${scene.frequency(id)}`, x, y };
      },
      choose: (id) => (app.word.value = id === null ? null : scene.words[id]!),
    });
    notice.value = map.current.notice;
    return () => map.current!.close();
  }, [scene]);

  const dark = app.dark.value;
  const by = app.colourBy.value;
  const hidden = app.hiddenGroups.value;
  useEffect(() => map.current!.colour(colouring(app, scene), app.ink.value), [scene, dark, by, hidden]);

  useEffect(() => {
    map.current!.mark({ chosen, beside: chosen === null ? [] : beside });
    if (chosen !== null && beside.length) {
      map.current!.show([chosen, ...beside]);
    }
  }, [scene, chosen, beside.join()]);

  return (
    <div class="map">
      <canvas ref={points} aria-hidden="true" />
      <canvas
        ref={overlay}
        tabIndex={0}
        role="application"
        aria-label={
          `Map of ${scene.n} ${scene.points}. Arrow keys move it, plus and minus zoom, 0 shows all, ` +
          "Enter chooses the one in the middle, Escape none."
        }
        data-testid="map"
        class={hint.value ? "over" : ""}
      />
      {hint.value && (
        <div class="hint" style={{ left: `${hint.value.x}px`, top: `${hint.value.y}px` }} dir="auto">
          {hint.value.text}
        </div>
      )}
      {children}
      <div class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => map.current!.zoomBy(1.6)}>+</button>
        <button type="button" aria-label="Zoom out" onClick={() => map.current!.zoomBy(1 / 1.6)}>−</button>
        <button type="button" aria-label="Show all" onClick={() => map.current!.reset()}>◻</button>
      </div>
      {notice.value && <p class="notice">{notice.value}</p>}
    </div>
  );
}

/** The colour of every point; null for words of groups that are hidden. */
function colouring(app: State, scene: Scene): (id: number) => Rgb | null {
  const dark = app.dark.value;
  const hidden = app.hiddenGroups.value;
  const { groups, n } = scene;
  const groupColours = scene.header.groupNames.map((_, group) => groupColour(group, dark));
  const ramp = Array.from({ length: 65 }, (_, i) => rampColour(i / 64, dark));
  const plain = plainColour(dark);
  const none = oklch(0.65, 0, 0);
  const span = Math.log(n + 1);
  return (id) => {
    if (groups && hidden.has(groups[id]!)) {
      return null;
    }
    if (app.colourBy.value === "frequency" || !groups) {
      return scene.counts ? ramp[Math.round(64 * (1 - Math.log(id + 1) / span))]! : plain;
    }
    return groupColours[groups[id]!] ?? none;
  };
}

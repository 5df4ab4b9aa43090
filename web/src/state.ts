/** What the parts of the page share. */
import { computed, effect, signal } from "@preact/signals";
import { INKS } from "./colours";
import type { Client } from "./engine/client";
import type { ComparisonRef } from "./payload";
import type { Scene } from "./scene";

export type View = "map" | "tree" | "probabilities" | "compare";

/** All that does not change once the page is there. */
export interface Page {
  scenes: Scene[];
  engine: Client;
  comparison: Comparison | null;
}

export interface Comparison extends Pick<ComparisonRef, "k"> {
  /** Pairs of numbers of the same word. */
  ids: Int32Array;
  shared: Int32Array;
}

export class State {
  readonly view = signal<View>("map");
  readonly sceneIndex = signal(0);
  /** The word that everything is about: as text, since scenes number words differently. */
  readonly word = signal<string | null>(null);
  readonly context = signal<string[]>([]);
  readonly colourBy = signal<"group" | "frequency">("group");
  readonly hiddenGroups = signal<ReadonlySet<number>>(new Set());
  readonly said = signal("");
  readonly dark = signal(false);

  readonly scene = computed(() => this.page.scenes[this.sceneIndex.value]!);
  readonly ink = computed(() => INKS[this.dark.value ? "dark" : "light"]);
  /** The number of the word in the scene that is shown, or null. */
  readonly chosen = computed(() => this.idOf(this.word.value));

  constructor(readonly page: Page) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    this.dark.value = system.matches;
    system.addEventListener("change", () => (this.dark.value = system.matches));
    effect(() => {
      document.documentElement.dataset.theme = this.dark.value ? "dark" : "light";
    });
  }

  idOf(word: string | null): number | null {
    return word === null ? null : (this.scene.value.find(word) ?? null);
  }

  choose(id: number | null): void {
    this.word.value = id === null ? null : this.scene.value.words[id]!;
  }

  /** What a word is shown as, by the first scene that has it. */
  textOf(word: string): string {
    for (const scene of this.page.scenes) {
      const id = scene.find(word);
      if (id !== undefined) {
        return scene.text(id);
      }
    }
    return word;
  }

  /** Goes to a view, with a scene that has what it shows. */
  show(view: View): void {
    if (view === "tree" && !this.scene.value.tree) {
      this.sceneIndex.value = this.page.scenes.findIndex((scene) => scene.tree);
    }
    this.view.value = view;
  }

  /** Tells those who listen rather than look. */
  say(text: string): void {
    this.said.value = text;
  }

  views(): View[] {
    const { scenes, comparison } = this.page;
    const has: Record<View, boolean> = {
      map: true,
      tree: scenes.some((scene) => scene.tree),
      probabilities: scenes.some(({ header }) => header.output),
      compare: comparison !== null,
    };
    return (Object.keys(has) as View[]).filter((view) => has[view]);
  }
}

/** The top of the page: what is shown, in which way, light or dark. */
import type { View } from "../state";
import { useApp } from "./hooks";
import { Switch } from "./Switch";

const NAMES: Record<View, string> = {
  map: "Map",
  tree: "Tree",
  probabilities: "Probabilities",
  compare: "Compare",
};

export function Header() {
  const app = useApp();
  const { scenes } = app.page;
  const views = app.views();
  const dark = app.dark.value;
  const alone = scenes.length === 1 || ["probabilities", "compare"].includes(app.view.value);
  return (
    <header class="top">
      <div class="title">
        <h1 class={alone ? "" : "unseen"}>
          <bdi>{scenes.map((scene) => scene.header.title).join(" · ")}</bdi>
        </h1>
        {!alone && (
          <Switch
            label="Which model"
            value={app.sceneIndex.value}
            choices={scenes.map((scene, i) => [i, scene.header.title])}
            onChoose={(index) => (app.sceneIndex.value = index)}
            testId="model"
          />
        )}
      </div>
      {views.length > 1 && (
        <Switch
          label="View"
          value={app.view.value}
          choices={views.map((view) => [view, NAMES[view]])}
          onChoose={(view) => app.show(view)}
          testId="view"
        />
      )}
      <button
        type="button"
        class="icon"
        aria-label={dark ? "Light colours" : "Dark colours"}
        title={dark ? "Light colours" : "Dark colours"}
        data-testid="theme"
        onClick={() => (app.dark.value = !dark)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          {dark ? (
            <path d="M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-4v2m0 12v2m8-8h-2M4 10H2m13.7-5.7-1.5 1.5M5.8 14.2l-1.5 1.5m11.4 0-1.5-1.5M5.8 5.8 4.300 4.300" />
          ) : (
            <path d="M16.500 12.300A7 7 0 0 1 7.700 3.500a7 7 0 1 0 8.800 8.800Z" />
          )}
        </svg>
      </button>
    </header>
  );
}

/** The page: its top, and the view that is chosen. */
import { Header } from "./parts/Header";
import { StateContext } from "./parts/hooks";
import type { State } from "./state";
import { CompareView } from "./views/CompareView";
import { MapView } from "./views/MapView";
import { ProbabilitiesView } from "./views/ProbabilitiesView";
import { TreeView } from "./views/TreeView";

const VIEWS = { map: MapView, tree: TreeView, probabilities: ProbabilitiesView, compare: CompareView };

export function App({ state }: { state: State }) {
  const View = VIEWS[state.view.value];
  return (
    <StateContext.Provider value={state}>
      <Header />
      <main data-testid={`view-${state.view.value}`}>
        <View key={state.sceneIndex.value} />
      </main>
      <p class="unseen" role="status" aria-live="polite" data-testid="said">
        {state.said.value}
      </p>
    </StateContext.Provider>
  );
}

/** The map with what is known of the word that is chosen beside it. */
import { MapCanvas } from "../map/MapCanvas";
import { useAnswer, useApp } from "../parts/hooks";
import { WordInput } from "../parts/WordInput";
import { About } from "./About";
import { Legend } from "./Legend";
import { WordCard } from "./WordCard";

const N_NEIGHBOURS = 12;

export function MapView() {
  const app = useApp();
  const scene = app.scene.value;
  const chosen = app.chosen.value;
  const nearest = useAnswer(
    () => (chosen === null ? null : app.page.engine.nearest(scene.index, [[chosen, 1]], N_NEIGHBOURS)),
    [chosen, scene],
  );
  return (
    <div class="map-view">
      <MapCanvas scene={scene} chosen={chosen} beside={nearest?.ids ?? []}>
        <Legend />
      </MapCanvas>
      <aside class="panel" aria-label="About the map">
        <WordInput
          label="Search"
          placeholder={`Search ${scene.n.toLocaleString("en")} ${scene.points}`}
          testId="search"
          large
          clears
          onChoose={(id) => app.choose(id)}
        />
        {chosen === null ? <About /> : <WordCard id={chosen} nearest={nearest} />}
      </aside>
    </div>
  );
}

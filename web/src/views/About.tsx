/** What the page shows, and how one uses it: while no word is chosen. */
import { useApp } from "../parts/hooks";
import { Analogy } from "./Analogy";

export function About() {
  const app = useApp();
  const scene = app.scene.value;
  const { facts, agreement, noOutput } = scene.header;
  const few = Math.min(scene.n, 6);
  const some = Array.from({ length: few }, (_, i) => Math.floor((scene.n / 40) * (i + 0.5)));
  return (
    <>
      <p class="lead">
        Points that lie close together are used alike. Search for one, or choose it on the map.
      </p>
      <p class="chips" aria-label={`Some ${scene.points}`}>
        {[...new Set(some)].map((id) => (
          <button key={id} type="button" onClick={() => app.choose(id)}>
            <bdi>{scene.text(id)}</bdi>
          </button>
        ))}
      </p>
      <Analogy />
      <section>
        <h2 class="label">About</h2>
        <dl class="facts" data-testid="facts">
          {Object.entries(facts).map(([name, value]) => (
            <div key={name}>
              <dt>{name.replace(/_/g, " ")}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
        <p class="quiet small" data-testid="agreement">
          Neighbours are exact over vectors kept in 8 bits: of the {agreement.k} nearest {scene.points},{" "}
          {(100 * agreement.share).toFixed(1)} % are those by the trained vectors (measured on{" "}
          {agreement.words.toLocaleString("en")} {scene.points}).
        </p>
        {noOutput && (
          <p class="quiet small" data-testid="no-output">
            {noOutput}
          </p>
        )}
      </section>
    </>
  );
}

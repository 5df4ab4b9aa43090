/** What the colours of the map mean; groups can be hidden. */
import { useSignal } from "@preact/signals";
import { css, groupColour, rampColour } from "../colours";
import { useApp } from "../parts/hooks";
import { Switch } from "../parts/Switch";

export function Legend() {
  const app = useApp();
  const scene = app.scene.value;
  const open = useSignal(innerWidth > 900);
  if (!scene.groups && !scene.counts) {
    return null;
  }
  const both = scene.groups && scene.counts;
  const byGroup = scene.groups && app.colourBy.value === "group";
  return (
    <section class="legend" aria-label="Colours">
      <button type="button" class="fold" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        Colours
      </button>
      {open.value && both && (
        <Switch
          label="Colour by"
          value={app.colourBy.value}
          choices={[["group", "Group"], ["frequency", "Frequency"]]}
          onChoose={(by) => (app.colourBy.value = by)}
          testId="colour-by"
        />
      )}
      {open.value && (byGroup ? <Groups /> : <Ramp />)}
    </section>
  );
}

function Groups() {
  const app = useApp();
  const { groupNames } = app.scene.value.header;
  const hidden = app.hiddenGroups.value;
  const toggle = (group: number): void => {
    const next = new Set(hidden);
    if (!next.delete(group)) {
      next.add(group);
    }
    app.hiddenGroups.value = next;
  };
  return (
    <ul class="groups" data-testid="groups">
      {groupNames.map((name, group) => (
        <li key={group}>
          <button type="button" aria-pressed={!hidden.has(group)} onClick={() => toggle(group)} title={name}>
            <span class="dot" style={{ background: css(groupColour(group, app.dark.value)) }} />
            <bdi>{name}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Ramp() {
  const app = useApp();
  const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => css(rampColour(share, app.dark.value)));
  return (
    <div class="ramp">
      <div class="strip" style={{ background: `linear-gradient(to right, ${stops.join(",")})` }} />
      <span>rare</span>
      <span>frequent</span>
    </div>
  );
}

/** A way from one view of the map to another that the eye can follow. */
import { zoomIdentity, type ZoomTransform } from "d3-zoom";

const DURATION = 450; // milliseconds

/** Calls `show` with the transforms between two, picture by picture; at once where motion is not wanted. */
export function fly(
  from: ZoomTransform,
  to: ZoomTransform,
  size: [number, number],
  show: (transform: ZoomTransform) => void,
): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    show(to);
    return;
  }
  const start = performance.now();
  const step = (now: number): void => {
    const t = Math.min(1, Math.max(0, now - start) / DURATION);
    show(t < 1 ? between(from, to, size, 1 - (1 - t) ** 3) : to);
    if (t < 1) {
      requestAnimationFrame(step);
    }
  };
  requestAnimationFrame(step);
}

function between(from: ZoomTransform, to: ZoomTransform, [width, height]: [number, number], t: number): ZoomTransform {
  const k = from.k * (to.k / from.k) ** t;
  const [fromX, fromY] = from.invert([width / 2, height / 2]);
  const [toX, toY] = to.invert([width / 2, height / 2]);
  // What is looked at moves in 1 / k, so that the place where one arrives keeps still on the screen.
  const share = from.k === to.k ? t : (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k);
  return zoomIdentity
    .translate(width / 2, height / 2)
    .scale(k)
    .translate(-(fromX + (toX - fromX) * share), -(fromY + (toY - fromY) * share));
}

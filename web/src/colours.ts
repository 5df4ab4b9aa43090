/** Colours of groups and frequencies on light and dark ground. */

export type Rgb = [number, number, number];

/** An OKLCH colour in sRGB, 0 to 255 (Ottosson 2020, "A perceptual color space"). */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(encoded) as Rgb;
}

function encoded(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgb(${r} ${g} ${b} / ${alpha})`;

/** The colour of a group: neighbours in number are far apart in hue, by the golden angle. */
export function groupColour(group: number, dark: boolean): Rgb {
  const ring = Math.floor(group / 12) % 2;
  const lightness = (dark ? 0.76 : 0.6) + (dark ? -0.1 : 0.1) * ring;
  return oklch(lightness, dark ? 0.13 : 0.14, (255 + group * 137.508) % 360);
}

/** The colour of a share from 0, the rarest, to 1, the most frequent. */
export function rampColour(share: number, dark: boolean): Rgb {
  return dark
    ? oklch(0.38 + 0.5 * share, 0.05 + 0.1 * share, 275 - 195 * share)
    : oklch(0.86 - 0.46 * share, 0.05 + 0.1 * share, 90 + 185 * share);
}

/** The colour of a node from -1, far less probable than usual, to 1, far more; leaves stand out a little. */
export function shiftColour(shift: number, leaf: boolean, dark: boolean): Rgb {
  const more = Math.max(0, shift);
  const less = Math.max(0, -shift);
  const marked = leaf ? 0.035 : 0;
  const chroma = 0.005 + 0.12 * more + 0.05 * less + marked;
  const hue = more > 0.03 ? 65 : 262;
  return dark
    ? oklch(0.27 + 0.24 * more + 0.1 * less + 2 * marked, chroma, hue)
    : oklch(0.95 - 0.13 * more - 0.15 * less - marked, chroma, hue);
}

/** The one colour of points without groups. */
export const plainColour = (dark: boolean): Rgb => (dark ? oklch(0.72, 0.11, 270) : oklch(0.52, 0.15, 270));

/** Colours that canvases draw with; those of the page stand in style.css. */
export interface Ink {
  ground: string;
  text: string;
  faint: string;
  accent: string;
  line: string;
}

export const INKS: Record<"light" | "dark", Ink> = {
  light: { ground: "#fbfbf9", text: "#1d1f26", faint: "#6a6e78", accent: "#3b55d9", line: "#e3e3de" },
  dark: { ground: "#0f1116", text: "#eceef2", faint: "#969ba7", accent: "#9aabff", line: "#2b2f39" },
};

// Bundles the page into src/huffvec/exploring/assets: one script, one sheet of styles, licences.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const assets = join(root, "..", "src", "huffvec", "exploring", "assets");
const options = {
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  write: false,
};

/** All files that the bundle is made of, sorted by their paths. */
function sources(folder) {
  return readdirSync(folder)
    .filter((name) => name !== "node_modules")
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? sources(path) : [path]))
    .sort();
}

/** SHA-256 of the sources' paths and texts, which a test compares with the sources. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const path of sources(root)) {
    hash.update(`${relative(root, path).split(sep).join("/")}\n`);
    hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** The licences of the packages that ended up in the bundle. */
function licences(inputs) {
  const names = new Set(
    inputs.flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []),
  );
  return [...names].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((found) => /^licen[sc]e/i.test(found));
    return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
}

const worker = await build({ ...options, entryPoints: [join(root, "src/engine/worker.ts")] });
const page = await build({
  ...options,
  entryPoints: [join(root, "src/main.tsx")],
  define: { WORKER_SOURCE: JSON.stringify(worker.outputFiles[0].text) },
  metafile: true,
});
const styles = await build({ ...options, entryPoints: [join(root, "src/style.css")] });

const script = `/* sources ${fingerprint()} */\n${page.outputFiles[0].text}`;
if (/<\/script|<!--/i.test(script)) {
  throw new Error("the bundle cannot stand in a page: it has </script or <!--");
}
writeFileSync(join(assets, "explore.js"), script);
writeFileSync(join(assets, "explore.css"), styles.outputFiles[0].text);
const rule = `\n${"-".repeat(79)}\n\n`;
writeFileSync(
  join(assets, "LICENSES.txt"),
  ["Packages in explore.js, with their licences.\n", ...licences(Object.keys(page.metafile.inputs))].join(rule),
);

import { type BuildOptions, build } from "esbuild";
import { globSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CURRENT_BUILD, outdatedBuilds, STAMP } from "./bundle-folder.ts";

/**
 * `node tools/bundle.ts`: bundles every program that a launcher of bin/ starts into .cache/bundle/BUILD/, each at the
 * path of its source, and points .cache/bundle/current at that build. A bundle loads in a fifth of the time of the
 * sources and needs 40 MB less: docs/decisions/programs-run-from-a-bundle.md.
 *
 * Processes may start, and other builds run, at any moment of it: a build is made under another name and renamed when
 * it is whole, `current` is replaced in one step, and the builds before it stay for those who still load from them.
 */

const ROOT = join(import.meta.dirname, "..");
const BUNDLES = join(ROOT, ".cache", "bundle");
/** A source that was saved in the same tick of the clock as the build began must count as newer than the build. */
const STAMP_BACK_MS = 20;

/**
 * Libraries that load native code from beside themselves stay where npm put them. ssh2 goes without: it asks for native
 * code that is built while installing, which is not done here, and has JavaScript in its stead.
 */
const EXTERNAL = ["snappy", "cpu-features", "*.node"];

/** What CommonJS libraries expect to find in a module. */
const COMMON_JS =
  'import { createRequire as requireOfBundle } from "node:module";const require = requireOfBundle(import.meta.url);' +
  "const __dirname = import.meta.dirname;";

const SETTINGS = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  conditions: ["source"],
  outbase: ".",
  external: EXTERNAL,
  banner: { js: COMMON_JS },
  // For `NODE_OPTIONS=--enable-source-maps`; nobody else reads them.
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

const began = Date.now();
const name = `${began.toString(36)}-${process.pid}`;
const unfinished = join(BUNDLES, `unfinished-${name}`);
try {
  mkdirSync(unfinished, { recursive: true });
  // Each server by itself: what it shares with others would only be cut into more pieces.
  const programs = globSync("*/*/src/**/*main.ts", { cwd: ROOT, exclude: ["{bench,node_modules,tests}/**"] });
  const ofServers = programs.filter((program) => program.split("/")[1] === "server");
  const ofCommands = programs.filter((program) => !ofServers.includes(program));
  for (const entryPoints of [...ofServers.map((server) => [server]), ofCommands]) {
    await build({ ...SETTINGS, entryPoints, outdir: unfinished });
  }
  writeFileSync(join(unfinished, STAMP), "");
  const stampSeconds = (began - STAMP_BACK_MS) / 1_000;
  utimesSync(join(unfinished, STAMP), stampSeconds, stampSeconds);
  renameSync(unfinished, join(BUNDLES, name));
  const link = join(BUNDLES, `link-${name}`);
  symlinkSync(name, link);
  renameSync(link, join(BUNDLES, CURRENT_BUILD));
  for (const old of outdatedBuilds(readdirSync(BUNDLES), began)) rmSync(join(BUNDLES, old), { recursive: true });
} catch (error) {
  rmSync(unfinished, { recursive: true, force: true });
  process.stderr.write(`Cannot bundle the programs: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

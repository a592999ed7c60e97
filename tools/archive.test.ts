import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const TIMEOUT = { timeout: 25_000 };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "branta-archive-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("what is unpacked runs by itself: no npm, no sources", async () => {
  const archive = join(folder, "any.tar.gz");
  const words = ["--name", "zoo", "--out", archive, "--without-node"];
  await run(process.execPath, [join(import.meta.dirname, "archive.ts"), ...words], TIMEOUT);
  await run("tar", ["-xzf", archive, "-C", folder]);
  writeFileSync(join(folder, "zoo", "conf", "zoo.cfg"), `dataDir=${folder}/data\nclientPort=2181\n`);

  const env = { PATH: "/usr/bin:/bin", BRANTA_NODE: process.execPath };
  const zoo = (line: string) => run("sh", ["-c", line], { cwd: join(folder, "zoo"), env, ...TIMEOUT });
  expect((await zoo("bin/zkServer.sh version")).stdout).toMatch(/^Apache ZooKeeper, version 3\.9\.5/);
  const command = (await zoo("bin/zkServer.sh print-cmd")).stdout;
  expect(command).toContain(`"${folder}/zoo/.cache/bundle/current/zookeeper/server/src/main.js"`);
  const failure = zoo("bin/zkCli.sh -server 127.0.0.1:1 ls /");
  await expect(failure).rejects.toMatchObject({ code: 1, stderr: "KeeperErrorCode = ConnectionLoss for /\n" });
});

test("a cloud's package is laid out as operators of Arcus know it", async () => {
  const archive = join(folder, "arcus.tar.gz");
  const words = ["--cloud", "--out", archive, "--without-node"];
  await run(process.execPath, [join(import.meta.dirname, "archive.ts"), ...words], TIMEOUT);
  await run("tar", ["-xzf", archive, "-C", folder]);

  const env = { PATH: "/usr/bin:/bin", BRANTA_NODE: process.execPath };
  const arcus = (line: string) => run("bash", ["-c", line], { cwd: join(folder, "arcus"), env, ...TIMEOUT });
  await arcus(
    "ls bin/memcached scripts/build.sh scripts/conf/{test.json,local.{sample,10node,50node,100node,150node,200node}.json,zoo.cfg} zookeeper/conf",
  );
  expect((await arcus("zookeeper/bin/zkServer.sh version")).stdout).toMatch(/^Apache ZooKeeper, version 3\.9\.5/);
  // Its configuration and its data lie beside the link.
  await arcus("cp zookeeper/conf/zoo_sample.cfg zookeeper/conf/zoo.cfg");
  const started = await arcus("zookeeper/bin/zkServer.sh print-cmd");
  expect(started.stderr).toContain(`Using config: ${folder}/arcus/zookeeper/bin/../conf/zoo.cfg`);
  expect((await arcus("cd scripts && ./arcus.sh -h")).stdout).toMatch(/^Usage:\n {2}\.\/arcus\.sh -h\n/);

  const edit = `sed -i 's/^zklist=.*/zklist="10.0.0.1:2181,10.0.0.2:x"/' scripts/arcus.sh`;
  const wrong = arcus(`${edit} && scripts/arcus.sh memcached listall`);
  await expect(wrong).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('port "x" must be a number') });
});

import { rm } from "node:fs/promises";
import { join } from "node:path";

import { Ensemble, modeOf, type ServerProcess } from "@branta/tests-kit";
import { ZooKeeper } from "@branta/zookeeper-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./fixture.ts";

let ensemble: Ensemble;

beforeAll(async () => {
  ensemble = await Ensemble.start({ kind: "branta", config: { tickTime: 500 } });
}, 60_000);

afterAll(async () => {
  await ensemble[Symbol.asyncDispose]();
});

function connect(...servers: readonly ServerProcess[]): Promise<ZooKeeper> {
  return ZooKeeper.connect(servers.map(({ port }) => `127.0.0.1:${port}`).join(","), {
    sessionTimeoutMs: 6_000,
    backoff: { initialDelayMs: 10, maxDelayMs: 100 },
    timeoutMs: 20_000,
  });
}

async function leader(): Promise<ServerProcess> {
  let found: ServerProcess | undefined;
  await eventually(async () => {
    for (const server of ensemble.servers) if (server.running && (await modeOf(server)) === "leader") found = server;
    return found !== undefined;
  });
  return found!;
}

/** Writes until a write is acknowledged: while a leader is elected, connections come and go. */
async function setSoon(zk: ZooKeeper, path: string, data: string): Promise<void> {
  await eventually(() =>
    zk.set(path, data).then(
      () => true,
      () => false,
    ),
  );
}

/** What a server itself shows, brought up to date first. */
async function shown(server: ServerProcess, path: string): Promise<string | undefined> {
  await using zk = await connect(server);
  await zk.sync(path);
  return (await zk.get(path)).data?.toString();
}

describe("three servers", () => {
  it("are one leader and two followers", async () => {
    const modes = await Promise.all(ensemble.servers.map(modeOf));
    expect(modes.map(String).toSorted()).toEqual(["follower", "follower", "leader"]);
  });

  it("show on each what was written on any", async () => {
    await using first = await connect(ensemble.servers[0]!);
    await using second = await connect(ensemble.servers[1]!);
    await using third = await connect(ensemble.servers[2]!);
    await first.create("/shared", "from 1");
    await second.sync("/shared");
    expect((await second.get("/shared")).data?.toString()).toBe("from 1");
    const changed = Promise.withResolvers<string>();
    await third.sync("/shared");
    await third.get("/shared", { watch: (event) => changed.resolve(event.type) });
    await second.set("/shared", "from 2");
    expect(await changed.promise).toBe("dataChanged");
    expect((await third.get("/shared")).data?.toString()).toBe("from 2");
  });

  it("remove an ephemeral node on all when its session ends on one", async () => {
    await using watcher = await connect(ensemble.servers[0]!);
    const owner = await connect(ensemble.servers[2]!);
    await owner.create("/mine", null, { ephemeral: true });
    await watcher.sync("/mine");
    expect(await watcher.exists("/mine")).not.toBeNull();
    await owner.close();
    await watcher.sync("/mine");
    expect(await watcher.exists("/mine")).toBeNull();
  });

  it("keep a session and what it wrote when the leader is killed, and take the old leader back", async () => {
    await using zk = await connect(...ensemble.servers);
    await zk.create("/kept", "before");
    await zk.create("/alive", null, { ephemeral: true });
    const { session } = zk;
    const old = await leader();
    await old.kill();
    await setSoon(zk, "/kept", "without it");
    expect(zk.session?.id).toBe(session?.id);
    expect(await zk.exists("/alive")).not.toBeNull();
    await old.launch();
    expect(await shown(old, "/kept")).toBe("without it");
    expect(await modeOf(old)).toBe("follower");
  });

  it("give a server that has lost its disk everything again", async () => {
    await using zk = await connect(...ensemble.servers);
    const old = await leader();
    const learner = ensemble.servers.find((server) => server !== old)!;
    await learner.stop();
    await rm(join(learner.dataFolder, "version-2"), { recursive: true });
    await setSoon(zk, "/kept", "meanwhile");
    await learner.launch();
    expect(await shown(learner, "/kept")).toBe("meanwhile");
    await learner.kill();
    await learner.launch();
    expect(await shown(learner, "/kept")).toBe("meanwhile");
  });

  it("stop and start again with all they had", async () => {
    await Promise.all(ensemble.servers.map((server) => server.stop()));
    await ensemble.launch();
    for (const server of ensemble.servers) expect(await shown(server, "/shared")).toBe("from 2");
  });
});

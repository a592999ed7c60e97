import { Ensemble, parseServerKind, type ServerProcess } from "@branta/tests-kit";
import {
  type ConnectOptions,
  isConnected,
  isZooKeeperError,
  type ReconfigOptions,
  type SessionState,
  ZooKeeper,
} from "@branta/zookeeper-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./fixture.ts";

/** One ensemble of three for all tests; each leaves it whole. */
let ensemble: Ensemble;
const kind = parseServerKind(process.env["BRANTA_TEST_SERVER"] ?? "branta");
const clients: ZooKeeper[] = [];

beforeAll(async () => {
  ensemble = await Ensemble.start({
    kind,
    heapMb: 256,
    config: { tickTime: 400, maxClientCnxns: 0, reconfigEnabled: "true", skipACL: "yes", standaloneEnabled: "false" },
  });
}, 120_000);

afterEach(async () => {
  await Promise.all(clients.splice(0).map((zk) => zk.close()));
  await ensemble.launch();
}, 60_000);

afterAll(async () => {
  await ensemble[Symbol.asyncDispose]();
});

function addressOf({ port }: ServerProcess): string {
  return `127.0.0.1:${port}`;
}

/** Connection string of all servers but one. */
function without(one: ServerProcess): string {
  return ensemble.servers
    .filter((server) => server !== one)
    .map(addressOf)
    .join(",");
}

function serverOf(zk: ZooKeeper): ServerProcess | undefined {
  return ensemble.servers.find((one) => addressOf(one) === zk.server);
}

async function connect(connectionString = ensemble.connectionString, options: ConnectOptions = {}): Promise<ZooKeeper> {
  const backoff = { initialDelayMs: 10, maxDelayMs: 200 };
  const zk = await ZooKeeper.connect(connectionString, { sessionTimeoutMs: 8_000, backoff, ...options });
  clients.push(zk);
  return zk;
}

/** Tries until it is known to have happened; what it does must be safe to repeat. */
async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
    }
  }
}

/** Changes the members. A server that changes its own place may close its connections over it. */
async function change(zk: ZooKeeper, options: ReconfigOptions): Promise<void> {
  await zk.reconfig(options).catch((error: unknown) => {
    if (!isZooKeeperError(error, "ConnectionLoss")) throw error;
  });
}

/** All states from now on. */
function statesOf(zk: ZooKeeper): SessionState[] {
  const states: SessionState[] = [];
  zk.onState((state) => states.push(state));
  return states;
}

describe("a client of three servers", () => {
  it("keeps session, ephemeral nodes and watches when its server is killed", async () => {
    const zk = await connect();
    const states = statesOf(zk);
    const { session } = zk;
    const { path } = await zk.create("/failover-ephemeral", "1", { ephemeral: true });
    await zk.create("/failover-watched", "1");
    const told: string[] = [];
    await zk.get("/failover-watched", { watch: ({ type }) => told.push(type) });
    const dead = serverOf(zk)!;
    const other = await connect(without(dead));
    await dead.kill();
    // Written on another server, while the client may be nowhere.
    await surely(() => other.set("/failover-watched", "2"));
    await eventually(() => told.length > 0);
    expect(told).toEqual(["dataChanged"]);
    await zk.connected();
    expect(serverOf(zk)).not.toBe(dead);
    expect(zk.session).toEqual(session);
    expect(new Set(states)).toEqual(new Set(["suspended", "connected"]));
    expect((await zk.exists(path))?.ephemeralOwner).toBe(session?.id);
    await zk.delete("/failover-watched");
  }, 60_000);

  it("goes where it is told, with its session, and loses no call on the way", async () => {
    const zk = await connect(addressOf(ensemble.servers[0]!));
    const states = statesOf(zk);
    const { session } = zk;
    const { path } = await zk.create("/moved", null, { ephemeral: true });
    for (const server of [ensemble.servers[1]!, ensemble.servers[2]!, ensemble.servers[0]!]) {
      const calls = Array.from({ length: 100 }, (_, at) => zk.set(path, String(at)));
      expect(zk.updateServerList(addressOf(server))).toBe(true);
      await Promise.all(calls);
      await eventually(() => zk.server === addressOf(server));
      expect((await zk.get(path)).data?.toString()).toBe("99");
    }
    expect(zk.session).toEqual(session);
    // A server that is behind may have sent it on to the next round, but never without its session.
    expect(new Set(states)).toEqual(new Set(["suspended", "connected"]));
  }, 60_000);

  it("follows the configuration: servers that join, and its own that leaves", async () => {
    const admin = await connect();
    const lines = (await admin.config())
      .data!.toString()
      .split("\n")
      .filter((line) => line.startsWith("server."));
    // The ports for clients stand in each server's own file so far: nobody can follow that.
    const zk = await connect(addressOf(ensemble.servers[0]!), { followConfig: true });
    const { session } = zk;
    const joining = lines.map((line, at) => `${line.replace(/;.*$/, "")};${addressOf(ensemble.servers[at]!)}`);
    await change(admin, { joining });
    await eventually(() => zk.servers.length === 3);
    expect(zk.servers.toSorted()).toEqual(ensemble.servers.map(addressOf).toSorted());

    await eventually(() => isConnected(zk.state) && serverOf(zk) !== undefined);
    const left = serverOf(zk)!;
    const id = ensemble.servers.indexOf(left) + 1;
    const remaining = await connect(without(left));
    await change(remaining, { leaving: [id] });
    await eventually(() => isConnected(zk.state) && serverOf(zk) !== left);
    expect(zk.servers).not.toContain(addressOf(left));
    expect(zk.session).toEqual(session);
  }, 60_000);
});

describe("a client without a session", () => {
  it("takes a server without quorum for reads, and goes on where there is a quorum", async () => {
    // Without local sessions Apache's read-only servers have none to give.
    const config = { tickTime: 400, localSessionsEnabled: "true", localSessionsUpgradingEnabled: "true" };
    const properties = { "readonlymode.enabled": "true" };
    await using own = await Ensemble.start({ kind, heapMb: 256, config, properties });
    const writer = await connect(own.connectionString);
    await writer.create("/read-only", "1");
    await writer.close();
    const [left, ...others] = own.servers;
    await Promise.all(others.map((server) => server.kill()));
    const reader = await connect(own.connectionString, { readOnly: true, timeoutMs: 30_000 });
    expect([reader.state, reader.server]).toEqual(["connectedReadOnly", addressOf(left!)]);
    expect((await reader.get("/read-only")).data?.toString()).toBe("1");
    await expect(reader.set("/read-only", "2")).rejects.toMatchObject({ code: "NotReadOnly" });
    const states = statesOf(reader);
    await own.launch();
    await eventually(() => reader.state === "connected");
    expect(states).not.toContain("expired");
    await reader.delete("/read-only");
    await reader.close();
  }, 120_000);
});

import { afterEach, describe, expect, it } from "vitest";
import { ArcusClient } from "./arcus-client.ts";
import type { ClientOptions } from "./client-options.ts";
import type { NodeEvent, OperationEvent } from "./hooks.ts";
import { itemScript, type Script, ScriptedNode } from "./testing/scripted-node.ts";
import { TEXT } from "./values/transcoder.ts";

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** A node that does as the script says, and a client of it. */
async function pair(
  script?: Script,
  options: ClientOptions = {},
): Promise<{ node: ScriptedNode; client: ArcusClient }> {
  const node = await ScriptedNode.start(script);
  opened.push(node);
  return { node, client: clientOf([node], options) };
}

function clientOf(nodes: readonly ScriptedNode[], options: ClientOptions = {}): ArcusClient {
  const backoff = { initialDelayMs: 5, maxDelayMs: 20 };
  const client = ArcusClient.forNodes(
    nodes.map(({ address }) => address),
    { timeoutMs: 10_000, backoff, ...options },
  );
  opened.push(client);
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The code that a call fails with. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    (value) => `answered ${String(value)}`,
    (error: { code: string }) => error.code,
  );
}

describe("a client and its node", () => {
  it("greets, and sends all requests of a turn in one write", async () => {
    const { node, client } = await pair(itemScript());
    await client.set("a", "1");
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    node.chunks.length = 0;
    await Promise.all(keys.map((key) => client.set(key, key)));
    expect(node.chunks).toEqual([50]);
    expect(node.received[0]!.line).toBe("version");
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
    expect(client.nodes).toEqual([{ address: node.address, state: "up", version: "1.15.0", pending: 0 }]);
  });

  it("tells what the node refuses and cannot do, and goes on", async () => {
    const { client } = await pair(({ line }) => {
      if (line.startsWith("get bad")) return "CLIENT_ERROR bad command line format\r\n";
      if (line.startsWith("get mem")) return "SERVER_ERROR out of memory\r\n";
      return line.startsWith("get") ? "END\r\n" : null;
    });
    expect(await codeOf(client.get("bad"))).toBe("refused");
    await expect(client.get("mem")).rejects.toThrow('Cannot get "mem": the node says "out of memory" (serverFailed)');
    expect(await client.get("ok")).toBeNull();
  });

  it("sends no key that could be a command", async () => {
    const { node, client } = await pair(itemScript());
    expect(await codeOf(client.get("a\r\nflush_all"))).toBe("invalidArgument");
    expect(await codeOf(client.set("a b", "x"))).toBe("invalidArgument");
    expect(await codeOf(client.set("a", Symbol("x") as never))).toBe("invalidArgument");
    await client.set("a", "x");
    expect(node.lines).toEqual(["set a 0 0 1"]);
  });

  it("gives up waiting after the time given, and takes the late reply for what it is", async () => {
    let late: (() => void) | null = null;
    const { client } = await pair(({ line }, socket) => {
      if (line === "get slow") late = () => socket.write("VALUE slow 0 4\r\nlate\r\nEND\r\n");
      if (line !== "get next") return null;
      late!();
      return "VALUE next 0 4\r\nnext\r\nEND\r\n";
    });
    expect(await codeOf(client.get("slow", { timeoutMs: 20 }))).toBe("timedOut");
    expect(await client.get("next")).toBe("next");
  });

  it("ends a wait by a signal", async () => {
    const { node, client } = await pair();
    const abort = new AbortController();
    const call = codeOf(client.get("a", { signal: abort.signal }));
    await until(() => node.lines.length === 1);
    abort.abort(new Error("enough"));
    expect(await call).toBe("aborted");
    expect(await codeOf(client.get("b", { signal: AbortSignal.abort() }))).toBe("aborted");
    expect(node.lines).toEqual(["get a"]);
  });

  it("refuses more than may wait", async () => {
    const { node, client } = await pair(undefined, { maxPending: 3 });
    await until(() => node.connections === 1 && client.nodes[0]!.state === "up");
    const calls = Array.from({ length: 4 }, (_, index) => codeOf(client.get(`k${index}`)));
    expect(await calls[3]).toBe("queueFull");
    await client.close();
    expect(await Promise.all(calls.slice(0, 3))).toEqual(["closed", "closed", "closed"]);
    expect(await codeOf(client.get("k"))).toBe("closed");
  });

  it("tells hooks of operations and of the node", async () => {
    const operations: OperationEvent[] = [];
    const nodes: NodeEvent[] = [];
    const hooks = {
      operation: (event: OperationEvent) => void operations.push(event),
      node: (event: NodeEvent) => void nodes.push(event),
    };
    const { node, client } = await pair(itemScript(), { hooks });
    await client.get("a");
    expect(operations).toMatchObject([{ command: "get", node: node.address, outcome: "ok" }]);
    await node.stop();
    await until(() => nodes.length === 2);
    expect(await codeOf(client.trees.get("t", 1))).toBe("nodeDown");
    expect(nodes.map(({ state }) => state)).toEqual(["up", "down"]);
    expect(operations[1]).toMatchObject({ command: "bop get", outcome: "nodeDown" });
  });
});

describe("a node that fails", () => {
  it("fails what was on its way, then everything at once, until it is back", async () => {
    const answer = itemScript();
    const { node, client } = await pair((command, socket) =>
      command.line === "get mute" ? null : answer(command, socket),
    );
    await client.set("a", "1");
    const waiting = codeOf(client.get("mute"));
    await until(() => node.lines.includes("get mute"));
    await node.stop();
    expect(await waiting).toBe("connectionLost");
    await until(() => client.nodes[0]!.state === "down");
    const began = performance.now();
    expect(await codeOf(client.get("a"))).toBe("nodeDown");
    expect(performance.now() - began).toBeLessThan(5_000);
    await node.restart();
    await until(() => client.nodes[0]!.state === "up");
    expect(await client.get("a")).toBe("1");
  });

  it("is tried again at once when only the connection broke", async () => {
    const { node, client } = await pair(itemScript(), { backoff: { initialDelayMs: 0, maxDelayMs: 0 } });
    await client.set("a", "1");
    node.breakConnections();
    await until(() => node.received.filter(({ line }) => line === "version").length === 2);
    expect(await client.get("a")).toBe("1");
  });

  it("counts as down when it accepts connections and says nothing", async () => {
    let isStopped = false;
    const answer = itemScript();
    const options = { timeoutMs: 10, timeoutsMax: 3, timeoutsForMs: 5, connectTimeoutMs: 30 };
    const script: Script = (command, socket) => (isStopped ? "" : answer(command, socket));
    const { client } = await pair(script, options);
    await until(() => client.nodes[0]!.state === "up");
    isStopped = true;
    const codes = new Set<string>();
    while (!codes.has("nodeDown")) codes.add(await codeOf(client.get("a")));
    expect(codes).toContain("timedOut");
    isStopped = false;
    await until(() => client.nodes[0]!.state === "up");
    expect(await client.get("a", { timeoutMs: 10_000 })).toBeNull();
  });

  it("is not believed when it sends what nobody asked for, or what is no reply", async () => {
    const { client } = await pair(({ line }) => (line.startsWith("get") ? "WHAT\r\n" : null));
    expect(await codeOf(client.get("a"))).toBe("protocolViolation");
    const { node, client: other } = await pair(({ line }) => (line.startsWith("get") ? "END\r\nEND\r\n" : null));
    expect(await other.get("a")).toBeNull();
    await until(() => node.received.filter(({ line }) => line === "version").length === 2);
  });

  it("gets a new connection after an answer that leaves the data unread", async () => {
    const { node, client } = await pair(({ line }) => {
      if (line.startsWith("set")) return "CLIENT_ERROR bad data chunk\r\nERROR no matching command\r\n";
      return line.startsWith("get") ? "END\r\n" : null;
    });
    expect(await codeOf(client.set("a", "1"))).toBe("refused");
    await until(() => client.nodes[0]!.state === "up");
    expect(await client.get("a")).toBeNull();
    expect(node.received.filter(({ line }) => line === "version")).toHaveLength(2);
  });
});

describe("a client of several nodes", () => {
  it("asks the owner of each key, and joins the answers", async () => {
    const nodes = [await ScriptedNode.start(itemScript()), await ScriptedNode.start(itemScript())];
    opened.push(...nodes);
    const client = clientOf(nodes);
    const entries = Array.from({ length: 900 }, (_, index) => [`k${index}`, `v${index}`] as const);
    expect((await client.setMany(entries)).values.size).toBe(900);
    expect(Object.fromEntries((await client.getMany([...entries.map(([key]) => key), "none"])).values)).toEqual(
      Object.fromEntries(entries),
    );
    for (const node of nodes) {
      const sets = node.received.filter(({ line }) => line.startsWith("set"));
      expect(sets.length).toBeGreaterThan(100);
      expect(sets.every(({ line }) => client.nodeOf(line.split(" ")[1]!) === node.address)).toBe(true);
      const reads = node.received.filter(({ line }) => line.startsWith("mget"));
      expect(Math.max(...reads.map(({ data }) => data!.split(" ").length))).toBe(200);
    }
    expect((await client.deleteMany(["k0", "none"])).values).toEqual(
      new Map([
        ["k0", true],
        ["none", false],
      ]),
    );
  });

  it("loses only the keys of a node that is down", async () => {
    const nodes = [await ScriptedNode.start(itemScript()), await ScriptedNode.start(itemScript())];
    opened.push(...nodes);
    const client = clientOf(nodes);
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
    await client.setMany(keys.map((key) => [key, key] as const));
    await nodes[0]!.stop();
    await until(() => client.nodes.some(({ state }) => state === "down"));
    const { values, failed } = await client.getMany(keys);
    expect(values.size + failed.size).toBe(100);
    for (const [key, error] of failed) {
      expect(client.nodeOf(key)).toBe(nodes[0]!.address);
      expect(error.code).toBe("nodeDown");
    }
    for (const key of values.keys()) expect(client.nodeOf(key)).toBe(nodes[1]!.address);
    expect(await codeOf(client.flushAll({ timeoutMs: 1_000 }))).not.toBe("answered undefined");
  });

  it("has no owner for any key while there is no node", async () => {
    const client = clientOf([]);
    expect(await codeOf(client.get("a"))).toBe("noNodes");
    expect(await codeOf(client.flushAll())).toBe("noNodes");
    expect(() => ArcusClient.forNodes(["nowhere"])).toThrow('wanted is "host:port"');
    expect(() => ArcusClient.forNodes([], { poolSize: 0 })).toThrow("Cannot use the pool size");
  });

  it("spreads over the connections of a pool", async () => {
    const { node, client } = await pair(itemScript(), { poolSize: 3 });
    await until(() => node.connections === 3);
    await Promise.all(Array.from({ length: 30 }, (_, index) => client.set(`k${index}`, "x")));
    expect(node.lines).toHaveLength(30);
  });
});

describe("pipes", () => {
  /** Answers a pipe when its last command has come. */
  function pipeScript(end: (count: number) => string): Script {
    let count = 0;
    return ({ line }) => {
      if (line === "version") return null;
      count++;
      if (line.endsWith(" pipe")) return null;
      const answer = end(count);
      count = 0;
      return answer;
    };
  }

  it("send at most 500 commands together", async () => {
    const sizes: number[] = [];
    const script = pipeScript((count) => {
      sizes.push(count);
      return count === 1 ? "STORED\r\n" : `RESPONSE ${count}\r\n${"STORED\r\n".repeat(count)}END\r\n`;
    });
    const { client } = await pair(script);
    const entries = Array.from({ length: 1_001 }, () => ({ key: "l", index: -1, value: "x" }));
    expect(new Set(await client.lists.insertMany(entries))).toEqual(new Set(["stored"]));
    expect(sizes).toEqual([500, 500, 1]);
  });

  it("say of each command what became of it", async () => {
    const script = pipeScript(() => "RESPONSE 2\r\nSTORED\r\nOVERFLOWED\r\nPIPE_ERROR memory overflow\r\n");
    const { node, client } = await pair(script);
    const entries = ["a", "b c", "d", "e"].map((field) => ({ key: "m", field, value: 1 }));
    const outcomes = await client.maps.insertMany(entries);
    expect(outcomes.map((outcome) => (typeof outcome === "string" ? outcome : outcome.code))).toEqual([
      "stored",
      "invalidArgument",
      "overflowed",
      "notTried",
    ]);
    await until(() => node.received.filter(({ line }) => line === "version").length === 2);
  });
});

describe("collections", () => {
  it("decode elements by the flags of their collection", async () => {
    const { client } = await pair(({ line }) => {
      if (line.startsWith("lop get")) return "VALUE 768 2\r\n1 \x07\r\n0 \r\nEND\r\n";
      if (line.startsWith("mop get")) return "VALUE 0 1\r\nf 2 ab\r\nEND\r\n";
      if (line.startsWith("sop get")) return "NOT_FOUND_ELEMENT\r\n";
      return line === "version" ? null : "NOT_FOUND\r\n";
    });
    expect(await client.lists.get("l")).toEqual([7, 0]);
    expect(await client.maps.get("m", [], { as: TEXT })).toEqual(new Map([["f", "ab"]]));
    expect(await client.sets.get("s")).toEqual([]);
    expect(await client.trees.get("t", 1)).toBeNull();
    expect(await client.maps.delete("m", [])).toBe(false);
  });

  it("tell an undecodable value from one that is not there", async () => {
    const { client } = await pair(({ line }) => (line.startsWith("get") ? "VALUE a 1 2\r\nxx\r\nEND\r\n" : null));
    await expect(client.get("a")).rejects.toThrow('Cannot decode the value of "a": it is a serialised Java object');
    expect(await client.get("a", { as: TEXT })).toBe("xx");
  });
});

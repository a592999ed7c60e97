import { beforeEach, describe, expect, it } from "vitest";
import { rearmRequests } from "./rearm-watches.ts";
import { type NodeEvent, type WatchEvent, type WatchKind, WatchRegistry } from "./watch-registry.ts";

let registry: WatchRegistry;
let told: string[];

beforeEach(() => {
  registry = new WatchRegistry();
  told = [];
});

function add(kind: WatchKind, path: string, name = kind as string): (event: WatchEvent) => void {
  const callback = (event: WatchEvent): void =>
    void told.push(`${name} ${event.type} ${event.path}${event.type === "lost" ? ` ${event.reason}` : ""}`);
  registry.add(kind, path, callback);
  return callback;
}

function deliver(type: NodeEvent["type"], path: string): string[] {
  told.length = 0;
  registry.deliver({ type, path, zxid: 1 });
  return told.sort();
}

describe("WatchRegistry", () => {
  it.each<[NodeEvent["type"], string[]]>([
    ["created", ["data", "exist"]],
    ["dataChanged", ["data", "exist"]],
    ["deleted", ["child", "data", "exist"]],
    ["childrenChanged", ["child"]],
  ])("tells of %s and uses up the watches of %j", (type, kinds) => {
    for (const kind of ["data", "exist", "child"] as const) add(kind, "/a");
    expect(deliver(type, "/a")).toEqual(kinds.map((kind) => `${kind} ${type} /a`));
    expect(deliver(type, "/a")).toEqual([]);
    expect(registry.size).toBe(3 - kinds.length);
  });

  it("keeps persistent watches, and tells recursive ones of everything below but child lists", () => {
    add("persistent", "/a");
    add("recursive", "/a");
    add("recursive", "/", "root");
    expect(deliver("childrenChanged", "/a")).toEqual(["persistent childrenChanged /a"]);
    expect(deliver("created", "/a/b/c")).toEqual(["recursive created /a/b/c", "root created /a/b/c"]);
    expect(deliver("deleted", "/ab")).toEqual(["root deleted /ab"]);
    expect(deliver("dataChanged", "/")).toEqual(["root dataChanged /"]);
    expect(deliver("dataChanged", "/a")).toEqual([
      "persistent dataChanged /a",
      "recursive dataChanged /a",
      "root dataChanged /a",
    ]);
  });

  it("tells a callback once, in how many tables it may stand", () => {
    const callback = add("data", "/a");
    registry.add("child", "/a", callback);
    registry.add("persistent", "/a", callback);
    expect(deliver("deleted", "/a")).toEqual(["data deleted /a"]);
  });

  it("forgets single callbacks and knows when a path has no more", () => {
    const first = add("persistent", "/a");
    const second = add("persistent", "/a");
    expect(registry.remove("persistent", "/a", first)).toBe(false);
    expect(registry.remove("persistent", "/a", second)).toBe(true);
    expect(registry.remove("persistent", "/a", second)).toBe(true);
  });

  it("tells those it loses why", () => {
    add("data", "/a");
    add("child", "/b");
    registry.removeAll("/a", ["data"]);
    expect(told).toEqual(["data lost /a removed"]);
    registry.loseAll("expired");
    expect(told).toEqual(["data lost /a removed", "child lost /b expired"]);
    expect(registry.size).toBe(0);
  });
});

describe("rearmRequests", () => {
  it("asks nothing where there is nothing", () => {
    expect([...rearmRequests(registry, 1)]).toEqual([]);
  });

  it("keeps each request below 128 KiB of paths, and loses none", () => {
    for (let index = 0; index < 3_000; index++) add("data", `/${"x".repeat(95)}${String(index).padStart(4, "0")}`);
    for (let index = 0; index < 10; index++) add("recursive", `/r${index}`);
    const types = [...rearmRequests(registry, 1)].map(({ type }) => type);
    expect(types).toEqual([101, 101, 105]);
  });
});

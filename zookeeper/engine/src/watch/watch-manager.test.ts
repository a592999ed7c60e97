import { EventType, OPEN_ACL, WatcherType } from "@branta/zookeeper-protocol";
import { beforeEach, describe, expect, test } from "vitest";

import { type WatchEvent, WatchManager } from "./watch-manager.ts";

interface Client {
  readonly name: string;
}

const ann: Client = { name: "ann" };
const bob: Client = { name: "bob" };

let told: string[] = [];
let watches: WatchManager<Client>;

function tell(client: Client, event: WatchEvent): void {
  const type = Object.entries(EventType).find(([, number]) => number === event.type)![0];
  told.push(`${client.name} ${type} ${event.path}`);
}

beforeEach(() => {
  told = [];
  watches = new WatchManager<Client>(tell);
});

const created = (path: string, parent: string): void => watches.created(path, OPEN_ACL, parent, OPEN_ACL, 1);
const deleted = (path: string, parent: string): void => watches.deleted(path, OPEN_ACL, parent, OPEN_ACL, 1);
const changed = (path: string): void => watches.dataChanged(path, OPEN_ACL, 1);

describe("a one-shot watch", () => {
  test("is told once", () => {
    watches.watchData("/a", ann);
    changed("/a");
    changed("/a");
    expect(told).toEqual(["ann NodeDataChanged /a"]);
    expect(watches.isEmpty).toBe(true);
  });

  test("on a node that is not there yet is told of its creation, and the parent's watcher of a new child", () => {
    watches.watchData("/a/b", ann);
    watches.watchChildren("/a", bob);
    created("/a/b", "/a");
    expect(told).toEqual(["ann NodeCreated /a/b", "bob NodeChildrenChanged /a"]);
  });

  test("on data and children of one node is told of its deletion once", () => {
    watches.watchData("/a", ann);
    watches.watchChildren("/a", ann);
    watches.watchChildren("/a", bob);
    deleted("/a", "/");
    expect(told).toEqual(["ann NodeDeleted /a", "bob NodeDeleted /a"]);
    expect(watches.isEmpty).toBe(true);
  });
});

describe("a persistent watch", () => {
  test("is told again and again, of data and of children", () => {
    watches.watchPersistently("/a", ann, false);
    changed("/a");
    changed("/a");
    created("/a/b", "/a");
    expect(told).toEqual(["ann NodeDataChanged /a", "ann NodeDataChanged /a", "ann NodeChildrenChanged /a"]);
  });

  test("beside a one-shot one on the same path makes one event, and stays", () => {
    watches.watchPersistently("/a", ann, false);
    watches.watchData("/a", ann);
    changed("/a");
    changed("/a");
    expect(told).toEqual(["ann NodeDataChanged /a", "ann NodeDataChanged /a"]);
  });

  test("that is recursive is told of everything below, and of no child lists", () => {
    watches.watchPersistently("/a", ann, true);
    created("/a/b/c", "/a/b");
    changed("/a");
    deleted("/a/b/c", "/a/b");
    changed("/ab");
    expect(told).toEqual(["ann NodeCreated /a/b/c", "ann NodeDataChanged /a", "ann NodeDeleted /a/b/c"]);
  });

  test("on the root sees every path", () => {
    watches.watchPersistently("/", ann, true);
    created("/x", "/");
    expect(told).toEqual(["ann NodeCreated /x"]);
  });
});

describe("removing watches", () => {
  test("by kind leaves the others", () => {
    watches.watchData("/a", ann);
    watches.watchChildren("/a", ann);
    watches.watchPersistently("/a", ann, false);
    watches.watchPersistently("/a", ann, true);
    for (const type of [
      WatcherType.Data,
      WatcherType.Children,
      WatcherType.Persistent,
      WatcherType.PersistentRecursive,
    ]) {
      expect([watches.has("/a", type, ann), watches.has("/a", WatcherType.Any, ann)]).toEqual([true, true]);
      expect(watches.remove("/a", type, ann)).toBe(true);
      expect([watches.has("/a", type, ann), watches.remove("/a", type, ann)]).toEqual([false, false]);
    }
    expect(watches.has("/a", WatcherType.Any, ann)).toBe(false);
    expect(watches.isEmpty).toBe(true);
  });

  test("of any kind removes all, of that client alone", () => {
    watches.watchPersistently("/a", ann, false);
    watches.watchData("/a", bob);
    expect(watches.remove("/a", WatcherType.Any, ann)).toBe(true);
    changed("/a");
    expect(told).toEqual(["bob NodeDataChanged /a"]);
  });

  test("of a client that has gone leaves nothing behind", () => {
    watches.watchData("/a", ann);
    watches.watchPersistently("/b", ann, true);
    watches.watchChildren("/c", ann);
    watches.removeWatcher(ann);
    watches.removeWatcher(ann);
    expect([watches.isEmpty, watches.data.watchCount, watches.children.watcherCount]).toEqual([true, 0, 0]);
    created("/b/x", "/b");
    expect(told).toEqual([]);
  });
});

test("what was missed is told to one client", () => {
  watches.catchUp(bob, EventType.NodeDeleted, "/gone");
  expect(told).toEqual(["bob NodeDeleted /gone"]);
});

test("both directions can be listed", () => {
  watches.watchData("/a", ann);
  watches.watchData("/a", bob);
  watches.watchData("/b", bob);
  const byPath = [...watches.data.paths()].map(([path, clients]) => [path, [...clients].map(({ name }) => name)]);
  const byClient = [...watches.data.watchers()].map(([{ name }, paths]) => [name, [...paths]]);
  expect(byPath).toEqual([
    ["/a", ["ann", "bob"]],
    ["/b", ["bob"]],
  ]);
  expect(byClient).toEqual([
    ["ann", ["/a"]],
    ["bob", ["/a", "/b"]],
  ]);
  expect([watches.data.pathCount, watches.data.watchCount]).toEqual([2, 3]);
});

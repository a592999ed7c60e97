import { expect, it } from "vitest";
import { failure } from "../zookeeper-error.ts";
import type { ZooKeeper } from "../zookeeper.ts";
import { createProtected } from "./guaranteed.ts";

/** A server that has taken the first create in when the connection is lost, and shows it only once it has caught up. */
class LaggingServer {
  readonly asked: string[] = [];
  #isBehind = true;
  #created: string[] = [];

  create(path: string): Promise<{ path: string }> {
    this.asked.push("create");
    this.#created.push(path);
    if (this.#created.length === 1) return Promise.reject(failure("ConnectionLoss", "create", path));
    return Promise.resolve({ path });
  }

  sync(): Promise<void> {
    this.asked.push("sync");
    this.#isBehind = false;
    return Promise.resolve();
  }

  children(): Promise<{ children: string[] }> {
    this.asked.push("children");
    const names = this.#created.map((path) => path.slice(path.lastIndexOf("/") + 1));
    return Promise.resolve({ children: this.#isBehind ? [] : names });
  }

  exists(): Promise<object> {
    return Promise.resolve({});
  }
}

it("makes a node once, though the answer is lost and the next server is behind", async () => {
  const server = new LaggingServer();
  const { path } = await createProtected(server as unknown as ZooKeeper, "/locks/lock-", null, {});
  expect(path).toMatch(/^\/locks\/_c_[0-9a-f-]{36}-lock-$/);
  expect(server.asked).toEqual(["create", "sync", "children"]);
});

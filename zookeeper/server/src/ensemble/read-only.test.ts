import { encodeToBuffer } from "@branta/foundation-bytes";
import type { RoleStatus } from "@branta/zookeeper-engine";
import { CreateMode, ErrorCode, OpCode, sessionPassword, syncRequest } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { RoleServer } from "../testing/role-server.ts";
import { idleCore, readOnlyCore } from "./idle-core.ts";
import { RoleHost } from "./role-host.ts";

async function readOnlyServer(): Promise<RoleServer> {
  const server = await RoleServer.open(2, readOnlyCore);
  server.core.start();
  return server;
}

describe("a server without a majority", () => {
  test("lets clients read that ask for no more, and says so", async () => {
    await using server = await readOnlyServer();
    const reader = await server.client();
    const answer = (await reader.handshake({ readOnly: true }))!;
    expect(answer.readOnly).toBe(true);
    expect(answer.sessionId >> 56n).toBe(2n);
    expect(await reader.dataOf("/zookeeper/quota")).toBe("");
    const writer = await server.client();
    expect(await writer.handshake({ readOnly: false })).toBeNull();
  });

  test("refuses what only a leader can do", async () => {
    await using server = await readOnlyServer();
    const client = await server.session({ readOnly: true });
    expect(await client.errorOf((it) => it.create("/a", CreateMode.Ephemeral))).toBe(ErrorCode.NotReadOnly);
    expect(await client.errorOf((it) => it.send(OpCode.create, Buffer.alloc(1)))).toBe(ErrorCode.NotReadOnly);
    const sync = encodeToBuffer(syncRequest, { path: "/" });
    expect(await client.errorOf((it) => it.send(OpCode.sync, sync))).toBe(ErrorCode.NotReadOnly);
    expect(await client.errorOf((it) => it.send(OpCode.closeSession))).toBe(ErrorCode.Ok);
    await client.closed();
  });

  test("takes up its own sessions, sends those of the ensemble elsewhere and ends those that nobody knows", async () => {
    await using server = await readOnlyServer();
    const first = await server.session({ readOnly: true });
    const again = { readOnly: true, sessionId: first.sessionId, passwd: first.password };
    expect((await server.session(again)).sessionId).toBe(first.sessionId);
    server.tree.sessions.set(7n, 4000);
    const global = await server.client();
    expect(await global.handshake({ readOnly: true, sessionId: 7n, passwd: sessionPassword(7n) })).toBeNull();
    const unknown = await server.client();
    expect(await unknown.handshake({ readOnly: true, sessionId: 8n, passwd: sessionPassword(8n) })).toMatchObject({
      sessionId: 0n,
    });
  });
});

const LOOKING: RoleStatus = { role: "looking", phase: "election", epoch: 0, leader: null };
const FOUND: RoleStatus = { role: "following", phase: "discovery", epoch: 0, leader: 1 };

describe("reading begins", () => {
  async function lookingServer(readOnlyAfterMs: number | null) {
    const server = await RoleServer.open(2, idleCore);
    const { parts, clock, tree } = server;
    const never = (): never => {
      throw new Error("No role was to begin");
    };
    const roles = new RoleHost({
      tree,
      parts: () => parts,
      leaderPorts: never,
      learnerPorts: never,
      leaderServes: true,
      clock,
      readOnlyAfterMs,
    });
    return { roles, clock, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }

  test("when a leader has been looked for in vain for a while, and ends when one is found", async () => {
    await using server = await lookingServer(2000);
    const { roles, clock } = server;
    roles.changed(LOOKING);
    clock.advance(1999);
    roles.changed(LOOKING);
    expect(roles.core.isServing).toBe(false);
    clock.advance(1);
    expect([roles.core.isServing, roles.core.isReadOnly]).toEqual([true, true]);
    roles.changed(LOOKING);
    expect(roles.core.isReadOnly).toBe(true);
    roles.changed(FOUND);
    expect([roles.core.isServing, roles.core.isReadOnly]).toEqual([false, false]);
    roles.changed(LOOKING);
    roles.changed(FOUND);
    clock.advance(5000);
    expect(roles.core.isReadOnly).toBe(false);
    roles[Symbol.dispose]();
  });

  test("never where it is not wanted", async () => {
    await using server = await lookingServer(null);
    server.roles.changed(LOOKING);
    server.clock.advance(100_000);
    expect(server.roles.core.isServing).toBe(false);
  });
});

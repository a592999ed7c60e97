import { ErrorCode } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { TestServer } from "../testing/test-server.ts";
import { LargeRequests } from "./large-requests.ts";

describe("room for large requests", () => {
  test("is shared by all connections, and given back as a whole", () => {
    let rejected = 0;
    const room = new LargeRequests(100, 1_000);
    const [one, other] = [room.share(() => rejected++), room.share(() => rejected++)];
    expect(one.admits(100)).toBe(true);
    expect(room.bytes).toBe(0);
    expect(one.admits(600)).toBe(true);
    expect(other.admits(500)).toBe(false);
    expect(rejected).toBe(1);
    expect(other.admits(400)).toBe(true);
    one.giveBack();
    one.giveBack();
    expect(room.bytes).toBe(400);
    expect(one.admits(600)).toBe(true);
  });

  test("is kept by a request that is still coming while another is answered", async () => {
    await using server = await TestServer.start(["largeRequestThreshold=200", "largeRequestMaxBytes=1000"]);
    const client = await server.session();
    const head = Buffer.alloc(16);
    head.writeInt32BE(800);
    // In one piece: the create is answered when it is on disk, and by then the large frame has begun.
    client.socket.cork();
    client.create("/a");
    client.socket.write(head);
    client.socket.uncork();
    expect((await client.reply()).err).toBe(ErrorCode.Ok);
    expect(server.server.core.largeRequests?.bytes).toBe(800);
  });

  test("ends the connection of a request that it has none for", async () => {
    await using server = await TestServer.start(["largeRequestThreshold=200", "largeRequestMaxBytes=1000"]);
    const client = await server.session();
    const head = Buffer.alloc(4);
    head.writeInt32BE(1_001);
    client.socket.write(head);
    await client.closed();
    expect(server.metrics.largeRequestsRejected.value).toBe(1);
  });
});

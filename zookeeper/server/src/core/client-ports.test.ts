import { createServer } from "node:net";

import { expect, test } from "vitest";

import { RawClient } from "../testing/raw-client.ts";
import { TestServer } from "../testing/test-server.ts";

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

test("the plain port moves, and who came by the old one stays", async () => {
  await using server = await TestServer.start();
  const { ports } = server.server;
  const oldPort = server.port;
  const old = await server.session();
  const port = await freePort();
  await ports.move({ host: "127.0.0.1", port });
  expect(server.port).toBe(port);
  await server.session();
  expect(ports.connectionCount).toBe(2);
  await expect(RawClient.open(oldPort)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(old.socket.destroyed).toBe(false);
  expect([...ports.connections()]).toHaveLength(2);
});

test("a port that cannot be had leaves the server where it is", async () => {
  await using server = await TestServer.start();
  await using other = await TestServer.start();
  const { port } = server;
  await server.server.ports.move({ host: "127.0.0.1", port: other.port });
  expect(server.port).toBe(port);
  await server.session();
});

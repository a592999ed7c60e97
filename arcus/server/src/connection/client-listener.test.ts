import { connect } from "node:net";
import { expect, test } from "vitest";
import { startTestNode, TestClient } from "../testing/start-test-node.ts";

test("turns clients away above the limit, but lets ten more in from this machine", async () => {
  await using node = await startTestNode({ connectionsMax: 3 });
  const clients: TestClient[] = [];
  for (let at = 0; at < 13; at++) {
    const client = await TestClient.open(node.port);
    clients.push(client);
    expect(await client.ask("version\r\n", "VERSION 1.15.0\r\n"), `client ${at}`).toBe("VERSION 1.15.0\r\n");
  }
  using turnedAway = await TestClient.open(node.port);
  expect(await turnedAway.takeRest()).toBe("");
  expect(node.node.traffic).toMatchObject({ connections: 13, totalConnections: 13, rejected: 1 });
  for (const client of clients) client[Symbol.dispose]();
});

test("the ten are not for other addresses", async () => {
  await using node = await startTestNode({ connectionsMax: 1 });
  // Stands for another machine, without leaving this one.
  const askFromAfar = async (): Promise<string> =>
    await new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: node.port, localAddress: "127.0.0.2" });
      socket.on("connect", () => socket.write("version\r\n"));
      socket.on("data", (data) => resolve(data.toString()));
      for (const end of ["error", "close", "end"]) socket.on(end, () => resolve(""));
    });
  expect(await askFromAfar()).toBe("VERSION 1.15.0\r\n");
  expect(await askFromAfar()).toBe("");
  expect(node.node.traffic.rejected).toBe(1);
});

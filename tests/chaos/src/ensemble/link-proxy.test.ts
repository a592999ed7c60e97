import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { LinkProxy } from "./link-proxy.ts";

/** A server that answers every chunk with itself, behind a proxy. */
async function echo() {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await LinkProxy.open();
  proxy.leadTo((server.address() as AddressInfo).port);
  return { server, proxy };
}

async function dial(port: number) {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  return { socket, heard: () => heard };
}

test("bytes pass; while the link is cut nothing does; what was sent meanwhile arrives when it heals", async () => {
  const { server, proxy } = await echo();
  await using _ = proxy;
  const early = await dial(proxy.port);
  early.socket.write("a");
  await expect.poll(early.heard).toBe("a");
  proxy.cut();
  early.socket.write("b");
  const late = await dial(proxy.port);
  late.socket.write("c");
  // Another connection of this process goes to and fro meanwhile: nothing is on its way any more.
  const { server: other, proxy: open } = await echo();
  const witness = await dial(open.port);
  witness.socket.write("w");
  await expect.poll(witness.heard).toBe("w");
  expect([early.heard(), late.heard()]).toEqual(["a", ""]);
  proxy.heal(false);
  await expect.poll(early.heard).toBe("ab");
  await expect.poll(late.heard).toBe("c");
  for (const { socket } of [early, late, witness]) socket.destroy();
  server.close();
  other.close();
  await open[Symbol.asyncDispose]();
});

test("a long cut ends the connections that were there", async () => {
  const { server, proxy } = await echo();
  await using _ = proxy;
  const { socket, heard } = await dial(proxy.port);
  socket.write("a");
  await expect.poll(heard).toBe("a");
  proxy.cut();
  const closed = once(socket, "close");
  proxy.heal(true);
  await closed;
  server.close();
});

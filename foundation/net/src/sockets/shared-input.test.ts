import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";

import { SharedInput } from "./shared-input.ts";

const INPUT_BYTES = 1024;

/** A server that sends back what it reads, on a port of its own. */
async function startEcho(): Promise<
  AsyncDisposable & { connect(): Promise<Socket>; readonly ended: Promise<unknown> }
> {
  const input = new SharedInput(INPUT_BYTES);
  const server = createServer({ pauseOnConnect: true });
  const sockets = new Set<Socket>();
  const ended = Promise.withResolvers<void>();
  server.on("connection", (accepted) => {
    const socket = input.read(accepted, (bytes, length) => socket.write(Buffer.from(bytes.subarray(0, length))));
    sockets.add(socket);
    socket.on("end", () => socket.end("bye"));
    socket.on("close", () => ended.resolve());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ended: ended.promise,
    async connect() {
      const client = connect({ port, host: "127.0.0.1" });
      await once(client, "connect");
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function readAll(client: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of client) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1");
}

test("reads many clients by one piece of memory, and each to its end", async () => {
  await using echo = await startEcho();
  const clients = await Promise.all(Array.from({ length: 5 }, () => echo.connect()));
  const texts = clients.map((_, at) => String(at).repeat(INPUT_BYTES * 10 + at));
  clients.forEach((client, at) => client.end(texts[at]));
  expect(await Promise.all(clients.map(readAll))).toEqual(texts.map((text) => `${text}bye`));
  await echo.ended;
});

test("what has no system's handle is read by its events", () => {
  const input = new SharedInput(INPUT_BYTES);
  const stream = new PassThrough() as unknown as Socket;
  let text = "";
  expect(input.read(stream, (bytes, length) => (text += bytes.toString("latin1", 0, length)))).toBe(stream);
  stream.emit("data", Buffer.from("hello"));
  expect(text).toBe("hello");
});

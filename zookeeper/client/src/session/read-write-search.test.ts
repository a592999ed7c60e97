import { createServer, type Server } from "node:net";
import { expect, it } from "vitest";
import { resolveConnectOptions } from "../connect-options.ts";
import { searchReadWriteServer } from "./read-write-search.ts";

/** A server that answers isro with what `answer` says now, and closes. */
async function listen(answer: () => string): Promise<{ server: Server; address: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((socket) => {
    socket.once("data", (word) => {
      asked++;
      socket.end(String(word) === "isro" ? answer() : "?");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { server, address: `127.0.0.1:${port}`, asked: () => asked };
}

it("finds the server that has a quorum, when it has one", async () => {
  let other = "ro";
  const one = await listen(() => "ro");
  const two = await listen(() => other);
  const { session } = resolveConnectOptions(`${one.address},${two.address}`, { random: () => 0, timeoutMs: 1_000 });
  const search = searchReadWriteServer(
    () => session.hosts,
    session,
    new AbortController().signal,
    () => true,
  );
  while (two.asked() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  other = "rw";
  expect(await search).toBe(session.hosts[1]);
  one.server.close();
  two.server.close();
});

it("ends when nobody wants it any more", async () => {
  const { session } = resolveConnectOptions("127.0.0.1:1", { random: () => 0 });
  expect(
    await searchReadWriteServer(
      () => session.hosts,
      session,
      new AbortController().signal,
      () => false,
    ),
  ).toBeUndefined();
  expect(
    await searchReadWriteServer(
      () => session.hosts,
      session,
      AbortSignal.abort(),
      () => true,
    ),
  ).toBeUndefined();
});

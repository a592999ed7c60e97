import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { CacheNode } from "../node/start-cache-node.ts";
import { startTestNode, TestClient } from "../testing/start-test-node.ts";

let node: CacheNode;
beforeAll(async () => {
  node = await startTestNode({ extensions: ["ascii_scrub"] });
});
afterAll(() => node.close());

/** What was recorded of arcus-memcached 1.15: requests, and all that it answered. */
const RECORDED: readonly (readonly [request: string, reply: string])[] = [
  ["set foo 5 0 3\r\nbar\r\n", "STORED\r\n"],
  ["get foo nokey\r\n", "VALUE foo 5 3\r\nbar\r\nEND\r\n"],
  ["mget 7 2\r\nfoo bar\r\n", "VALUE foo 5 3\r\nbar\r\nEND\r\n"],
  ["mget 3 2\r\nfoo bar\r\n", "CLIENT_ERROR bad data chunk\r\nERROR no matching command\r\n"],
  ["mget 3 1\r\nfooo\r\n", "CLIENT_ERROR bad data chunk\r\nERROR no arguments\r\n"],
  ["add foo 0 0 1\r\nx\r\n", "NOT_STORED\r\n"],
  ["replace nokey 0 0 1\r\nx\r\n", "NOT_STORED\r\n"],
  ["append foo 0 0 1\r\nX\r\n", "STORED\r\n"],
  ["prepend foo 0 0 1\r\nY\r\n", "STORED\r\n"],
  ["get foo\r\n", "VALUE foo 5 5\r\nYbarX\r\nEND\r\n"],
  ["cas foo 0 0 1 999999\r\nz\r\n", "EXISTS\r\n"],
  ["cas nokey 0 0 1 1\r\nz\r\n", "NOT_FOUND\r\n"],
  ["incr foo 1\r\n", "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"],
  ["incr n 1\r\n", "NOT_FOUND\r\n"],
  ["incr n 1 11 0 100\r\n", "100\r\n"],
  ["incr n 5\r\n", "105\r\n"],
  ["incr n 5 1 1\r\n", "ERROR no matching command\r\n"],
  ["decr n 1000\r\n", "0\r\n"],
  ["decr m 1 7 0 50\r\n", "50\r\n"],
  ["get m\r\n", "VALUE m 7 2\r\n50\r\nEND\r\n"],
  ["incr n abc\r\n", "CLIENT_ERROR invalid numeric delta argument\r\n"],
  ["touch foo 100\r\n", "TOUCHED\r\n"],
  ["touch nokey 100\r\n", "NOT_FOUND\r\n"],
  ["touch foo abc\r\n", "CLIENT_ERROR bad value\r\n"],
  ["gat 10 foo\r\n", "ERROR no matching command\r\n"],
  ["delete nokey\r\n", "NOT_FOUND\r\n"],
  ["delete foo\r\n", "DELETED\r\n"],
  ["delete foo 0\r\n", "NOT_FOUND\r\n"],
  ["delete foo 5\r\n", "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n"],
  ["set foo 0 0 abc\r\n", "CLIENT_ERROR bad command line format\r\n"],
  ["set foo 0 -1 1\r\na\r\n", "SERVER_ERROR out of memory storing object\r\n"],
  ["set foo 0 0 3\r\nabcd\r\n", "CLIENT_ERROR bad data chunk\r\nERROR no arguments\r\n"],
  ["set foo 0 0 3 noreply\r\nabc\r\nget foo\r\n", "VALUE foo 0 3\r\nabc\r\nEND\r\n"],
  ["set a b c\r\n", "ERROR no matching command\r\n"],
  ["get\r\n", "ERROR no matching command\r\n"],
  ["foobar\r\n", "ERROR no matching command\r\n"],
  ["set p:k 0 0 1\r\na\r\n", "STORED\r\n"],
  ["set -bad:k 0 0 1\r\na\r\n", "CLIENT_ERROR invalid prefix name\r\n"],
  ["set ba/d:k 0 0 1\r\na\r\n", "CLIENT_ERROR invalid prefix name\r\n"],
  ["version\r\n", "VERSION 1.15.0\r\n"],
  ["verbosity 1\r\n", "ERROR no matching command\r\n"],
  ["flush_prefix p\r\n", "OK\r\n"],
  ["flush_prefix p\r\n", "NOT_FOUND\r\n"],
  ["flush_prefix <null>\r\n", "OK\r\n"],
  ["flush_prefix nope\r\n", "NOT_FOUND\r\n"],
  ["flush_all\r\n", "OK\r\n"],
  ["flush_all 0\r\n", "OK\r\n"],
  ["flush_all noreply\r\nversion\r\n", "VERSION 1.15.0\r\n"],
  ["flush_all abc\r\n", "CLIENT_ERROR bad command line format\r\n"],
];

describe("a connection", () => {
  it("answers as recorded", async () => {
    using client = await TestClient.open(node.port);
    for (const [request, reply] of RECORDED) expect(await client.ask(request, reply), request).toBe(reply);
  });

  it("answers the same to requests in one piece and in single bytes", async () => {
    const requests = RECORDED.map(([request]) => request).join("");
    const replies = RECORDED.map(([, reply]) => reply).join("");
    using whole = await TestClient.open(node.port);
    expect(await whole.ask(requests, replies)).toBe(replies);
    using dripping = await TestClient.open(node.port);
    for (const byte of requests) {
      dripping.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await dripping.take(replies.length)).toBe(replies);
  });

  it("stores and gives back a megabyte, and refuses more", async () => {
    using client = await TestClient.open(node.port);
    const value = "0123456789abcdef".repeat(60_000);
    expect(await client.ask(`set big 0 0 ${value.length}\r\n${value}\r\n`, "STORED\r\n")).toBe("STORED\r\n");
    const reply = `VALUE big 0 ${value.length}\r\n${value}\r\nEND\r\n`;
    expect((await client.ask("get big\r\n", reply)) === reply).toBe(true);
    const tooBig = value + value;
    const refusal = "CLIENT_ERROR object too large for cache\r\nEND\r\n";
    expect(await client.ask(`set big 0 0 ${tooBig.length}\r\n${tooBig}\r\nget big\r\n`, refusal)).toBe(refusal);
  });

  it("ends at quit, at the binary protocol and at a line without end", async () => {
    using quitting = await TestClient.open(node.port);
    quitting.send("version\r\nquit\r\nversion\r\n");
    expect(await quitting.takeRest()).toBe("VERSION 1.15.0\r\n");
    using binary = await TestClient.open(node.port);
    binary.send("\x80\x0b\x00\x00");
    expect(await binary.takeRest()).toBe("");
    using endless = await TestClient.open(node.port);
    endless.send(`set ${"x".repeat(30_000)}`);
    expect(await endless.takeRest()).toBe("");
  });

  it("goes on in the midst of requests when the memory moves", async () => {
    using client = await TestClient.open(node.port);
    const requests =
      "set a 0 0 3\r\none\r\nconfig memlimit 80\r\nset b 0 0 3\r\ntwo\r\nget a b\r\nconfig memlimit 64\r\n";
    const replies = "STORED\r\nEND\r\nSTORED\r\nVALUE a 0 3\r\none\r\nVALUE b 0 3\r\ntwo\r\nEND\r\nEND\r\n";
    expect(await client.ask(requests, replies)).toBe(replies);
  });

  it("gives who has said the last word all answers", async () => {
    using client = await TestClient.open(node.port);
    client.socket.end("set half 0 0 1\r\nx\r\nget half\r\n");
    expect(await client.takeRest()).toBe("STORED\r\nVALUE half 0 1\r\nx\r\nEND\r\n");
  });

  it("does not read on for a client that does not read, and answers it all later", async () => {
    using writer = await TestClient.open(node.port);
    const value = "v".repeat(100_000);
    await writer.ask(`set v 0 0 ${value.length}\r\n${value}\r\n`, "STORED\r\n");
    using lazy = await TestClient.open(node.port);
    lazy.socket.pause();
    const KEYS = 100;
    const REQUESTS = 10;
    const { traffic } = node.node;
    const before = traffic.bytesWritten;
    lazy.send(`get${" v".repeat(KEYS)}\r\n`.repeat(REQUESTS));
    // Others are served meanwhile.
    for (let i = 0; i < 50; i++)
      expect(await writer.ask("version\r\n", "VERSION 1.15.0\r\n")).toBe("VERSION 1.15.0\r\n");
    expect(traffic.bytesWritten - before).toBeLessThan(20_000_000);
    const reply = `${`VALUE v 0 ${value.length}\r\n${value}\r\n`.repeat(KEYS)}END\r\n`;
    lazy.socket.resume();
    for (let i = 0; i < REQUESTS; i++) expect((await lazy.take(reply.length)) === reply).toBe(true);
  });
});

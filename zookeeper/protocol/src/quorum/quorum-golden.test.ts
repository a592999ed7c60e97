import { readFileSync } from "node:fs";
import { encodeToBuffer, Writer } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import { electionGreeting, ElectionStream, notification, QuorumPacketParser, writeQuorumPacket } from "../index.ts";
import type { QuorumPacket } from "./quorum-packet.ts";

/** All bytes of one direction of a connection, such as "Q1 >", and what they should be. */
const streams = new Map<string, { bytes: Buffer; names: string[] }>();
for (const line of readFileSync(new URL("golden/quorum-3.8.0.txt", import.meta.url), "utf8").split("\n")) {
  const [, key, hex, name] = /^(\w+ [<>]) (\w+)(?: # (\w+))?$/.exec(line) ?? [];
  if (key === undefined) continue;
  const stream = streams.get(key) ?? { bytes: Buffer.alloc(0), names: [] };
  stream.bytes = Buffer.concat([stream.bytes, Buffer.from(hex, "hex")]);
  if (name !== undefined) stream.names.push(name);
  streams.set(key, stream);
}

const named = (letter: string) =>
  [...streams].filter(([key]) => key.startsWith(letter)).map(([key, stream]) => ({ key, ...stream }));

function chunksOf(bytes: Buffer, chunkBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
}

describe.each([1, 3, 7, 64, 100_000])("captured from Apache, read %i bytes at a time:", (chunkBytes) => {
  it.each(named("E"))("election connection $key", ({ key, bytes }) => {
    const input = new ElectionStream(key.endsWith(">"));
    const out = new Writer();
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      input.push(chunk);
      for (let event = input.next(); event !== null; event = input.next()) {
        if (event.kind === "greeting") electionGreeting.encode(out, event.greeting);
        else if (event.kind === "notification") out.buffer(encodeToBuffer(notification, event.notification));
        else throw event.error;
      }
    }
    expect(out.take().toString("hex")).toBe(bytes.toString("hex"));
  });

  it.each(named("Q"))("quorum connection $key", ({ key, bytes, names }) => {
    const input = new QuorumPacketParser(1024 * 1024);
    const out: Buffer[] = [];
    const kinds: string[] = [];
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      input.push(chunk);
      for (let event = input.next(); event !== null; event = input.next()) {
        if (event.kind === "packet") {
          kinds.push(event.packet.kind.toUpperCase());
          out.push(asApacheWrites(event.packet, key));
        } else if (event.kind === "snapshotBytes") out.push(event.bytes);
        else if (event.kind === "snapshotEnd") {
          kinds.push("snapshot");
          out.push(Buffer.from("\0\0\0\x0aBenWasHere"));
        }
      }
    }
    expect(kinds).toEqual(names);
    expect(Buffer.concat(out).toString("hex")).toBe(bytes.toString("hex"));
  });
});

it("tells an observer without an id, and servers from before greetings", () => {
  const read = (hex: string) => {
    const input = new ElectionStream(true);
    input.push(Buffer.from(hex, "hex"));
    return input.next();
  };
  expect(read("0000000000000003")).toEqual({ kind: "greeting", greeting: { serverId: 3, addresses: [] } });
  expect(read("7fffffffffffffff")).toMatchObject({ greeting: { serverId: null } });
  expect(read(`ffffffffffff0001000000000000000200000007${Buffer.from("a:1|b:2").toString("hex")}`)).toEqual({
    kind: "greeting",
    greeting: { serverId: 2, addresses: ["a:1", "b:2"] },
  });
  expect(() => read("fffffffffffffffe")).toThrow("it begins with -2");
  expect(() => read("ffffffffffff0000000000000000000200000801")).toThrow("length of address is 2049");
});

it("tells shorter notifications of older servers, and passes over what is none", () => {
  const input = new ElectionStream(false);
  const head = "00000002000000000000000300000007000000050000000000000009";
  const send = (hex: string) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(hex.length / 2);
    input.push(Buffer.concat([length, Buffer.from(hex, "hex")]));
    return input.next();
  };
  const vote = { state: "leading", leader: 3, zxid: 0x7_0000_0005, electionEpoch: 9, configuration: null };
  expect(send(head)).toEqual({ kind: "notification", notification: { ...vote, peerEpoch: 7 } });
  expect(send(`${head}0000000000000008ffffffff`)).toMatchObject({ notification: { ...vote, peerEpoch: 8 } });
  expect(send(`${head}000000000000000800000001`)).toMatchObject({ notification: { ...vote, peerEpoch: 8 } });
  expect(send(`${head}00000000000000080000000200000000`)).toMatchObject({ notification: { configuration: "" } });
  for (const bad of [
    "00",
    head.slice(0, -2),
    `${head}000000`,
    `00000004${head.slice(8)}`,
    `${head}000000000000000800000002ffffffff`,
  ])
    expect(send(bad)).toMatchObject({ kind: "malformed", error: { name: "BytesError" } });
  expect(send(head)).toMatchObject({ kind: "notification" });
  expect(() => send("")).toThrow("length is 0");
});

/** Where there is nothing to say, Apache sends null in a leader's pings and for the ids of a request; Branta zero items. */
function asApacheWrites(packet: QuorumPacket, stream: string): Buffer {
  const writer = new Writer();
  writeQuorumPacket(writer, packet);
  const bytes = writer.take();
  if (packet.kind === "request" && packet.authInfo.length === 0) bytes.fill(0xff, bytes.length - 4);
  if (packet.kind === "ping" && stream.endsWith("<")) bytes.fill(0xff, bytes.length - 8);
  return bytes;
}

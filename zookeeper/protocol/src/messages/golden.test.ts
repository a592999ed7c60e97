import { readFileSync } from "node:fs";
import { type Codec, Reader, Writer } from "@branta/foundation-bytes";
import { describe, expect, it } from "vitest";
import { OpCode } from "../op-codes.ts";
import { Xid } from "../xids.ts";
import { connectRequest, connectResponse } from "./connect.ts";
import { messageTypes } from "./registry.ts";
import { replyHeader } from "./reply-header.ts";
import { requestHeader } from "./request-header.ts";

interface Line {
  readonly connection: string;
  readonly direction: string;
  readonly frame: Buffer;
}

/** What a captured conversation has told so far. */
interface Conversation {
  connected: boolean;
  answered: boolean;
  readonly asked: Map<number, number>;
}

const lines: Line[] = readFileSync(new URL("golden/client-3.8.0.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [connection, direction, hex] = line.split(" ");
    const bytes = Buffer.from(hex, "hex");
    return { connection, direction, frame: direction === ">" ? bytes.subarray(4) : bytes };
  });

/** Decodes, encodes again, and answers the value; every byte must have been read and must come back. */
function roundTrip<T>(codec: Codec<T>, reader: Reader): T {
  const start = reader.offset;
  const value = codec.decode(reader);
  const writer = new Writer();
  codec.encode(writer, value);
  expect(writer.take().toString("hex"), codec.name).toBe(reader.bytes.subarray(start, reader.offset).toString("hex"));
  return value;
}

function checkRequest(state: Conversation, reader: Reader): void {
  if (!state.connected) {
    state.connected = true;
    roundTrip(connectRequest, reader);
    return;
  }
  const { xid, type } = roundTrip(requestHeader, reader);
  state.asked.set(xid, type);
  const request = messageTypes.get(type)?.request;
  if (request) roundTrip(request, reader);
}

function checkReply(state: Conversation, reader: Reader): void {
  if (!state.answered) {
    state.answered = true;
    roundTrip(connectResponse, reader);
    return;
  }
  const { xid, err } = roundTrip(replyHeader, reader);
  const type = xid === Xid.notification ? OpCode.notification : state.asked.get(xid);
  expect(type).toBeDefined();
  const response = messageTypes.get(type ?? Number.NaN)?.response;
  if (response && err === 0) roundTrip(response, reader);
}

/** Reads all frames of a connection and writes them back. */
function converse(connection: string): Conversation {
  const state: Conversation = { connected: false, answered: false, asked: new Map() };
  for (const line of lines) {
    if (line.connection !== connection) continue;
    const reader = new Reader(line.frame);
    if (line.direction === ">") checkRequest(state, reader);
    else checkReply(state, reader);
    expect(reader.remaining, `left of ${line.frame.toString("hex")}`).toBe(0);
  }
  return state;
}

describe("frames captured from Apache", () => {
  const connections = [...new Set(lines.map(({ connection }) => connection))];
  it.each(connections)("of connection %s read and write back the same", (connection) => {
    expect(converse(connection).connected).toBe(true);
  });

  it("cover most of the protocol", () => {
    const asked = new Set(connections.flatMap((connection) => [...converse(connection).asked.values()]));
    expect(asked.size).toBeGreaterThan(20);
  });

  it("tell old clients, which leave out readOnly, from new ones", () => {
    const first = lines.filter((line) => line.connection === "B");
    expect(connectRequest.decode(new Reader(first[0].frame)).readOnlyPresent).toBe(false);
    expect(connectResponse.decode(new Reader(first[1].frame)).readOnlyPresent).toBe(false);
    expect(connectResponse.decode(new Reader(lines[1].frame))).toMatchObject({
      readOnlyPresent: true,
      readOnly: false,
    });
  });
});

import { adler32, BytesError, type Codec, encodeToBuffer, Reader } from "@branta/foundation-bytes";
import {
  connectRequest,
  connectResponse,
  inspectReply,
  inspectRequest,
  isPlainAsciiPath,
  messageTypes,
  pathProblem,
  readLogEntry,
  replyHeader,
  requestHeader,
  SnapshotDecoder,
  txnEntry,
} from "@branta/zookeeper-protocol";
import { sampleCacheReplies, sampleConversations } from "./cache-samples.ts";
import { cacheNodeReader, readReplies, readWords } from "./cache-targets.ts";
import type { Dice } from "./dice.ts";
import { sampleLogs, sampleSnapshots, sampleTxns } from "./sample-files.ts";
import { readElection, readQuorum, sampleElections, sampleQuorumStreams } from "./quorum-targets.ts";
import { sampleReplies, sampleRequests } from "./sample-messages.ts";

/** Something that reads bytes from outside. */
export interface Target {
  readonly name: string;
  /** Share of all inputs. */
  readonly weight: number;
  /** Inputs that it accepts, from which others are made. */
  readonly samples: readonly Buffer[];
  /** Reads an input. @throws BytesError if it refuses it; anything else that is thrown is a finding. */
  read(input: Buffer, dice: Dice): void;
}

const CONNECT = {
  protocolVersion: 0,
  lastZxidSeen: 0x1_0000_0002,
  timeOut: 30_000,
  sessionId: 0x100_0011_2328_0027n,
  passwd: Buffer.alloc(16, 7),
};
const READ_ONLY = [
  { readOnly: false, readOnlyPresent: false },
  { readOnly: true, readOnlyPresent: true },
];

/** A decoded value is encoded and decoded again this often, once in so many: it must come out the same. */
const SECOND_LOOK_EVERY = 16;

export const targets: readonly Target[] = [
  {
    name: "connect",
    weight: 1,
    samples: READ_ONLY.map((flags) => encodeToBuffer(connectRequest, { ...CONNECT, ...flags })),
    read: (input, dice) => look(connectRequest, new Reader(input), dice),
  },
  {
    name: "connected",
    weight: 1,
    samples: READ_ONLY.map((flags) => encodeToBuffer(connectResponse, { ...CONNECT, ...flags })),
    read: (input, dice) => look(connectResponse, new Reader(input), dice),
  },
  {
    name: "requests",
    weight: 4,
    samples: sampleRequests(),
    read(input, dice) {
      const reader = new Reader(input);
      const { type } = requestHeader.decode(reader);
      const request = messageTypes.get(type)?.request;
      if (request) look(request, reader, dice);
    },
  },
  {
    name: "replies",
    weight: 2,
    samples: sampleReplies(),
    read(input, dice) {
      const reader = new Reader(input);
      const type = reader.int();
      replyHeader.decode(reader);
      const response = messageTypes.get(type)?.response;
      if (response) look(response, reader, dice);
    },
  },
  {
    name: "transactions",
    weight: 3,
    samples: sampleTxns(),
    read: (input, dice) => look(txnEntry, new Reader(input), dice),
  },
  { name: "log", weight: 2, samples: sampleLogs(), read: readLog },
  { name: "snapshot", weight: 2, samples: sampleSnapshots(), read: readSnapshot },
  { name: "election", weight: 1, samples: sampleElections(), read: readElection },
  { name: "quorum", weight: 2, samples: sampleQuorumStreams(), read: readQuorum },
  {
    name: "inspection",
    weight: 1,
    samples: sampleRequests(),
    read(input, dice) {
      inspectRequest(input);
      inspectReply(input, dice.pick([...messageTypes.keys()]));
    },
  },
  {
    name: "paths",
    weight: 1,
    samples: ["/", "/a/b", "/a/../b", "/ä/日本/c", "/a//b"].map((path) => Buffer.from(path)),
    read(input) {
      if (isPlainAsciiPath(input) && pathProblem(input.toString()) !== null) {
        throw new Error(`"${input.toString()}" passed as plain, but ${pathProblem(input.toString())}`);
      }
    },
  },
  { name: "cache-words", weight: 1, samples: sampleConversations(), read: (input) => readWords(input) },
  { name: "cache-replies", weight: 2, samples: sampleCacheReplies(), read: readReplies },
  { name: "cache-node", weight: 3, samples: sampleConversations(), read: await cacheNodeReader() },
];

/** Decodes; and of what was understood now and then makes sure that it survives being written. */
function look<T>(codec: Codec<T>, reader: Reader, dice: Dice): void {
  const value = codec.decode(reader);
  if (dice.below(SECOND_LOOK_EVERY) !== 0) return;
  const bytes = encodeToBuffer(codec, value);
  const again = encodeToBuffer(codec, codec.decode(new Reader(bytes)));
  if (!again.equals(bytes)) {
    throw new Error(`${codec.name} changed when written: ${bytes.toString("hex")} became ${again.toString("hex")}`);
  }
}

/** Half of the damage would stop at a checksum; so half of the logs get theirs mended. */
function readLog(input: Buffer, dice: Dice): void {
  if (dice.below(2) === 0) mendLog(input);
  const reader = new Reader(input);
  let result = readLogEntry(reader);
  for (; result.kind === "entry"; result = readLogEntry(reader)) {
    if (result.end <= result.offset) throw new Error(`log entry at ${result.offset} ends at ${result.end}`);
  }
  if (result.kind === "corrupt") throw new BytesError("malformed", result.message, result.offset);
}

function mendLog(input: Buffer): void {
  let at = 0;
  while (input.length - at > 13) {
    const end = at + 12 + input.readInt32BE(at + 8);
    if (end <= at + 12 || end >= input.length) return;
    input.writeInt32BE(0, at);
    input.writeUInt32BE(adler32(input, 1, at + 12, end), at + 4);
    input[end] = 0x42;
    at = end + 1;
  }
}

/** In chunks of any size, twice: how the bytes were cut must make no difference to what is understood. */
function readSnapshot(input: Buffer, dice: Dice): void {
  if (dice.below(2) === 0) mendSnapshot(input);
  const whole = snapshotEvents(input, input.length, dice);
  const parts = snapshotEvents(input, 1 + dice.below(64), dice);
  if (whole.count !== parts.count || whole.outcome !== parts.outcome) {
    throw new Error(
      `snapshot reads as ${whole.count} events (${whole.outcome}) and as ${parts.count} (${parts.outcome})`,
    );
  }
  if (whole.error !== null) throw whole.error;
}

interface SnapshotOutcome {
  readonly count: number;
  readonly outcome: string;
  readonly error: BytesError | null;
}

function snapshotEvents(input: Buffer, chunkBytes: number, dice: Dice): SnapshotOutcome {
  const decoder = new SnapshotDecoder();
  let count = 0;
  try {
    for (let at = 0; at < input.length;) {
      const end = at + 1 + dice.below(chunkBytes);
      count += decoder.push(input.subarray(at, end)).length;
      at = end;
    }
    decoder.finish();
    return { count, outcome: "complete", error: null };
  } catch (error) {
    // What came before the error in the same chunk is lost with it, so the count says nothing.
    if (error instanceof BytesError) return { count: 0, outcome: error.message, error };
    throw error;
  }
}

/** Writes the right checksum into everything that looks like a seal. */
function mendSnapshot(input: Buffer): void {
  let adler = 1;
  let hashedTo = 0;
  for (let at = 8; at + 5 <= input.length; at++) {
    if (input.readInt32BE(at) !== 1 || input[at + 4] !== 0x2f || input.readInt32BE(at - 8) !== 0) continue;
    if (at - 8 < hashedTo) continue;
    adler = adler32(input, adler, hashedTo, at - 8);
    hashedTo = at - 8;
    input.writeUInt32BE(adler, at - 4);
  }
}

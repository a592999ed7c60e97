import { deepStrictEqual } from "node:assert";
import {
  ArcusProtocolError,
  compareBkeys,
  ElementReply,
  formatBkey,
  formatEflag,
  LinesReply,
  ManyTreesReply,
  NumberReply,
  parseBkeyRange,
  parseEflag,
  PipeReply,
  readBkeyElement,
  readFieldElement,
  readPlainElement,
  type ReplyDecoder,
  ReplyInput,
  ScanReply,
  SortMergeReply,
  StatusReply,
  ValueReply,
  VersionReply,
} from "@branta/arcus-protocol";
import { DetachedClient, startTestNode } from "@branta/arcus-server/testing";
import { BytesError } from "@branta/foundation-bytes";
import type { Dice } from "./dice.ts";
import { INPUT_BYTES_MAX } from "./mutate.ts";

const SPACE = 0x20;
const LF = 0x0a;

/** Numbers and words at which readers of requests go wrong. */
const WORDS = [
  ..."-1 0 1 3 -0 +5 255 65535 1048576 2147483645 2147483647 4294967293 4294967295 4294967296 1e3 1.5".split(" "),
  ..."18446744073709551615 18446744073709551616 99999999999999999999999 -1..0 0..5 5..0 .. 1.. ..1".split(" "),
  ..."0x 0xFF 0xfF00 0x01..0x00 a b l s m1 h pre:a : :: <null> * bop get noreply pipe create".split(" "),
  ..."drop delete getrim unique EQ NE & unreadable error".split(" "),
  `0x${"AB".repeat(31)}`,
  `0x${"AB".repeat(32)}`,
  "k".repeat(300),
  "",
  "\0",
  "\xff",
  "\r",
  "\r\n",
];

/** Replies that a clock, the seed of the hashing or the process has a part in: no two nodes give the same. */
const OWN_REPLIES = ["scan", "stats", "lqdetect", "cmdlog", "dump", "gets", "cas", "KEYS", "PREFIXES"];

/** Memory of each of the nodes: little, so that they evict. */
const NODE_BYTES = 4 * 1024 * 1024;

/** Readers of replies, by the character that stands before a sample. */
const REPLIES: Readonly<Record<string, () => ReplyDecoder<unknown>>> = {
  v: () => new ValueReply(),
  s: () => new StatusReply(),
  n: () => new NumberReply(),
  c: () => new NumberReply("COUNT="),
  l: () => new ElementReply(readPlainElement),
  m: () => new ElementReply(readFieldElement),
  b: () => new ElementReply(readBkeyElement),
  M: () => new ManyTreesReply(),
  S: () => new SortMergeReply(),
  p: () => new PipeReply(),
  a: () => new LinesReply("ATTR"),
  k: () => new ScanReply(),
  V: () => new VersionReply(),
};

/** Reads every word as a bkey, a range and a flag: what is understood is written so that it reads the same again. */
export function readWords(input: Buffer): void {
  let start = 0;
  for (let at = 0; at <= input.length; at++) {
    if (at < input.length && input[at] !== SPACE && input[at] !== LF) continue;
    readWord(input, start, at);
    start = at + 1;
  }
}

function readWord(bytes: Buffer, start: number, end: number): void {
  const range = parseBkeyRange(bytes, start, end);
  if (range !== null) {
    for (const bkey of range.to === null ? [range.from] : [range.from, range.to]) {
      const text = Buffer.from(formatBkey(bkey));
      const again = parseBkeyRange(text, 0, text.length);
      if (again === null || compareBkeys(again.from, bkey) !== 0) throw new Error(`bkey became "${text.toString()}"`);
    }
  }
  const eflag = parseEflag(bytes, start, end);
  if (eflag === null) return;
  const text = Buffer.from(formatEflag(eflag));
  if (parseEflag(text, 0, text.length) !== eflag) throw new Error(`flag became "${text.toString()}"`);
}

/** Reads replies as a client does, whole and in pieces: how they were cut must make no difference. */
export function readReplies(input: Buffer, dice: Dice): void {
  const make = REPLIES[input.toString("latin1", 0, 1)] ?? dice.pick(Object.values(REPLIES));
  const replies = input.subarray(1);
  const whole = decodeAll(make, [replies]);
  deepStrictEqual(decodeAll(make, cut(replies, dice)), whole);
  if (whole.refusal !== null) throw new BytesError("malformed", whole.refusal, 0);
}

function decodeAll(
  make: () => ReplyDecoder<unknown>,
  chunks: readonly Buffer[],
): { values: unknown[]; refusal: string | null } {
  const replies = new ReplyInput();
  const values: unknown[] = [];
  let decoder = make();
  try {
    for (const chunk of chunks) {
      if (!replies.push(chunk)) continue;
      for (let value = decoder.read(replies); value !== undefined; value = decoder.read(replies)) {
        values.push(value);
        replies.mark();
        decoder = make();
      }
    }
  } catch (error) {
    if (!(error instanceof ArcusProtocolError)) throw error;
    return { values, refusal: error.code };
  }
  return { values, refusal: null };
}

/**
 * Two nodes that hear the same: one all at once, the other one in pieces. They must reply the same, and whole lines. What
 * came before stays in them, within their memory.
 */
export async function cacheNodeReader(): Promise<(input: Buffer, dice: Dice) => void> {
  const nodes = await Promise.all([0, 1].map(() => startTestNode({ port: 0, memoryLimitBytes: NODE_BYTES })));
  for (const { node } of nodes) Object.assign(node, { random: () => 0 });
  return (input, dice) => {
    const request = bend(input, dice);
    const [whole, pieces] = [[request], cut(request, dice)].map((chunks, at) => {
      using client = new DetachedClient(nodes[at]);
      for (const chunk of chunks) client.send(chunk);
      return client.take().toString("latin1");
    });
    if (OWN_REPLIES.some((word) => request.includes(word))) return;
    if (whole !== pieces) throw new Error(`replied ${JSON.stringify(whole)} and in pieces ${JSON.stringify(pieces)}`);
  };
}

/** Puts other words in the place of some. */
function bend(input: Buffer, dice: Dice): Buffer {
  const words = input.latin1Slice(0, input.length).split(" ");
  for (let times = dice.below(4); times > 0; times--) words[dice.below(words.length)] = dice.pick(WORDS);
  return Buffer.from(words.join(" "), "latin1").subarray(0, INPUT_BYTES_MAX);
}

function cut(input: Buffer, dice: Dice): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < input.length;) {
    const length = 1 + dice.below(dice.below(4) === 0 ? 3 : 60);
    chunks.push(Buffer.from(input.subarray(at, at + length)));
    at += length;
  }
  return chunks;
}

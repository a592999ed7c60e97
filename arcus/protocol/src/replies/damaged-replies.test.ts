import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArcusProtocolError } from "../protocol-error.ts";
import { ElementReply, readBkeyElement, readFieldElement, readPlainElement } from "./element-reply.ts";
import { ManyTreesReply } from "./many-trees-reply.ts";
import { NumberReply } from "./number-reply.ts";
import { PipeReply } from "./pipe-reply.ts";
import type { ReplyDecoder } from "./reply-decoder.ts";
import { ReplyInput } from "./reply-input.ts";
import { SortMergeReply } from "./sort-merge-reply.ts";
import { StatusReply } from "./status-reply.ts";
import { LinesReply, ScanReply, VersionReply } from "./text-reply.ts";
import { ValueReply } from "./value-reply.ts";

/** A decoder, and a whole reply for it, as real nodes have sent it. */
const REPLIES: readonly (readonly [make: () => ReplyDecoder<unknown>, lines: readonly string[]])[] = [
  [() => new StatusReply(), ["CREATED_STORED"]],
  [() => new NumberReply("COUNT="), ["COUNT=12"]],
  [() => new VersionReply(), ["VERSION 1.15.0"]],
  [() => new LinesReply("ATTR"), ["ATTR type=set", "ATTR flags=2", "END"]],
  [() => new ScanReply(), ["KEYS 2 80", "a K 0", "b B -1", "END"]],
  [() => new ValueReply(), ["VALUE foo 5 3 22137", "bar", "VALUE e 0 0 1", "", "END"]],
  [() => new ElementReply(readPlainElement), ["VALUE 1 2", "3 abc", "3 def", "DELETED"]],
  [() => new ElementReply(readFieldElement), ["VALUE 3 2", "f3 3 v_3", "f2 4 v_22", "END"]],
  [() => new ElementReply(readBkeyElement), ["VALUE 1 2", "20 0xFF 3 ddd", "30 3 eee", "TRIMMED"]],
  [() => new ManyTreesReply(), ["VALUE bk1 OK 11 1", "ELEMENT 1 3 k11", "VALUE bk9 NOT_FOUND", "END"]],
  [() => new PipeReply(), ["RESPONSE 2", "STORED", "CLIENT_ERROR bad command line format", "PIPE_ERROR bad error"]],
  [
    () => new SortMergeReply(),
    ["ELEMENTS 1", "bk1 11 1 0x01 3 k11", "MISSED_KEYS 1", "bk9 NOT_FOUND", "TRIMMED_KEYS 1", "bk1 1", "DUPLICATED"],
  ],
];

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1");
}

/** What comes of bytes: the reply, undefined when there is more to come, or the package's error. */
function outcomeOf(decoder: ReplyDecoder<unknown>, bytes: Buffer): unknown {
  const input = new ReplyInput();
  try {
    return input.push(bytes) ? decoder.read(input) : undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ArcusProtocolError);
    return error;
  }
}

describe("a damaged reply", () => {
  it("that ends too soon is waited for", () => {
    for (const [make, lines] of REPLIES) {
      const bytes = bytesOf(lines);
      expect(outcomeOf(make(), bytes)).not.toBeUndefined();
      for (let end = 0; end < bytes.length; end++) {
        expect(outcomeOf(make(), bytes.subarray(0, end)), `${end} bytes of ${lines.join(" | ")}`).toBeUndefined();
      }
    }
  });

  it("with wrong bytes reads as another one, is waited for, or is refused by the package's error", () => {
    const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...REPLIES), damage, ([make, lines], places) => {
        const bytes = bytesOf(lines);
        for (const [at, byte] of places) bytes[at % bytes.length] = byte;
        outcomeOf(make(), bytes);
      }),
      { numRuns: 2_000 },
    );
  });
});

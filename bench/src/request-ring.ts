import { createBody, OPEN, pathWatchBody, requestFrame, setDataBody } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";

/** What a bench asks for. */
export type Workload = "get" | "set" | "create" | "mixed";

export const WORKLOADS: readonly Workload[] = ["get", "set", "create", "mixed"];
/** Nodes that gets and sets choose from. */
export const KEYS = 10_000;
const RING = 4_096;
const NAME_DIGITS = 9;
/** One in this many requests of the mixed workload is a set. */
const MIXED_SET_EVERY = 5;

/** The node of a number. */
export function keyPath(key: number): string {
  return `/bench/k${String(key).padStart(NAME_DIGITS, "0")}`;
}

/**
 * Requests encoded once and sent again and again, so that the generator costs next to nothing per operation.
 * Creates get a new name each time: their digits are patched in place.
 */
export class RequestRing {
  readonly bytes: Buffer;
  /** Where each request begins; one more entry marks the end. */
  readonly starts: Int32Array;
  readonly #nameAt: Int32Array | null;
  #nextName = 0;

  private constructor(frames: readonly Buffer[], nameAt: readonly number[] | null) {
    this.bytes = Buffer.concat(frames);
    this.starts = new Int32Array(frames.length + 1);
    frames.forEach((frame, i) => {
      this.starts[i + 1] = this.starts[i]! + frame.length;
    });
    this.#nameAt = nameAt === null ? null : Int32Array.from(nameAt, (at, i) => at + this.starts[i]!);
  }

  /** `folder` is where creates go; each connection has its own. */
  static for(workload: Workload, valueBytes: number, seed: number, folder: string): RequestRing {
    const value = Buffer.alloc(valueBytes, "v");
    let state = seed * 2_654_435_761 + 1;
    const nextKey = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % KEYS;
    };
    const frames: Buffer[] = [];
    const nameAt: number[] = [];
    for (let i = 0; i < RING; i++) {
      const xid = i + 1;
      const isSet = workload === "set" || (workload === "mixed" && i % MIXED_SET_EVERY === 0);
      if (workload === "create") {
        const path = `${folder}/${"0".repeat(NAME_DIGITS)}`;
        frames.push(requestFrame(xid, OpCode.create, createBody(path, value, OPEN, 0)));
        nameAt.push(12 + 4 + folder.length + 1);
      } else if (isSet) {
        frames.push(requestFrame(xid, OpCode.setData, setDataBody(keyPath(nextKey()), value, -1)));
      } else {
        frames.push(requestFrame(xid, OpCode.getData, pathWatchBody(keyPath(nextKey()), false)));
      }
    }
    return new RequestRing(frames, workload === "create" ? nameAt : null);
  }

  get length(): number {
    return RING;
  }

  /** The bytes of requests [from, to), to be sent before the ring comes round again. */
  slice(from: number, to: number): Buffer {
    if (this.#nameAt !== null) for (let i = from; i < to; i++) this.#rename(this.#nameAt[i]!);
    return this.bytes.subarray(this.starts[from], this.starts[to]);
  }

  #rename(at: number): void {
    let left = this.#nextName++;
    for (let digit = at + NAME_DIGITS - 1; digit >= at; digit--) {
      const rest = (left / 10) | 0;
      this.bytes[digit] = 48 + left - rest * 10;
      left = rest;
    }
  }
}

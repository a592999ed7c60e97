import { createBody, OPEN } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { type Draft, OperationGenerator, operationOf } from "./generate-operations.ts";
import { Pools } from "./pools.ts";
import { Random } from "@branta/tests-kit";
import type { Operation, Step } from "./step.ts";

/** Sessions that a run uses at the same time. */
export const SLOTS = 5;
const BURST_MAX = 200;
const BARRIER_EVERY = 40;
const TIMEOUT_MS = 3_600_000;
/** 3.8.0 never answers the first, executes the second otherwise, exits on some of the third, and counts malformed requests. */
export const ROUGH =
  /check alone|acl=ipv6|deleteContainer|createTTL|flags=(?![0-4] ?)|cut to|behind it|with first length|with byte|without a body/;

/** What cannot be read: an ensemble's leader of Apache's proposes its failure under the zxid before, a second time. */
export const UNREADABLE = /cut to|behind it|with first length|with byte|without a body|^multi .*acl=null list/;

/** What to take care of. */
export interface GeneratorStyle {
  /** Requests to leave out: what some servers do not survive. */
  avoid: RegExp | null;
  /** Quotas are enforced: Apache checks them against what has been applied, so that within a burst chance decides. */
  hardQuotas: boolean;
}

/** Draws steps from a seed; told what happened, so that it knows which sessions live and what nodes were called. */
export class Generator {
  readonly #random: Random;
  readonly #pools: Pools;
  readonly #operations: OperationGenerator;
  readonly #xids = Array.from({ length: SLOTS }, () => 1);
  readonly #planned: Step[] = [];
  readonly #avoid: RegExp | null;
  readonly #burstMax: number;
  #sinceBarrier = 0;

  constructor(seed: number, style: GeneratorStyle) {
    this.#avoid = style.avoid;
    this.#burstMax = style.hardQuotas ? 1 : BURST_MAX;
    this.#random = new Random(seed);
    this.#pools = new Pools(this.#random);
    this.#operations = new OperationGenerator(this.#random, this.#pools, style.hardQuotas);
  }

  /** Names that a server gave. */
  learn(path: string): void {
    this.#pools.learn(path);
  }

  /** The newest zxid that was seen. */
  set lastZxid(zxid: number) {
    this.#operations.lastZxid = zxid;
  }

  /** The next step; `isLive` says which sessions have a connection, `hasSession` which could be taken up again. */
  next(isLive: (slot: number) => boolean, hasSession: (slot: number) => boolean): Step {
    const planned = this.#planned.shift();
    if (planned !== undefined) return planned;
    if (++this.#sinceBarrier >= BARRIER_EVERY) {
      this.#sinceBarrier = 0;
      return { kind: "barrier" };
    }
    const slot = this.#random.below(SLOTS);
    if (!isLive(slot)) return this.#join(slot, hasSession(slot));
    return this.#random.weighted<() => Step>([
      [4_000, () => this.#burst(slot)],
      [40, () => this.#farewell(slot)],
      [40, () => ({ kind: "drop", slot })],
      [20, () => this.#attach(slot, false)],
      [1, () => this.#planExpiry(slot)],
      [8, () => this.#stranger()],
    ])();
  }

  #join(slot: number, hasSession: boolean): Step {
    if (hasSession && this.#random.below(3) > 0) return this.#attach(slot, true);
    if (hasSession) this.#planned.push(this.#burstOf(slot, [this.#operations.auth("ann:secret")]));
    const readOnly = this.#random.pick([undefined, false, false, true]);
    const lastZxidSeen = this.#random.oneIn(30) ? "ahead" : "none";
    return { kind: "connect", slot, timeoutMs: TIMEOUT_MS, readOnly, lastZxidSeen };
  }

  #attach(slot: number, dropFirst: boolean): Step {
    const password = this.#random.weighted([
      [10, "right"],
      [1, "wrong"],
      [1, "empty"],
    ] as const);
    return { kind: "attach", slot, dropFirst, password, readOnly: this.#random.pick([undefined, false, true]) };
  }

  #burst(slot: number): Step {
    const drafts: Draft[] = [];
    const length = 1 + this.#random.below(Math.min(this.#burstMax, this.#random.pick([1, 8, BURST_MAX, BURST_MAX])));
    while (drafts.length < length) {
      const draft = this.#operations.draft();
      if (draft.alone === true && drafts.length > 0) continue;
      if (this.#avoid?.test(draft.text) === true) continue;
      drafts.push(draft);
      if (draft.last === true || draft.alone === true) break;
    }
    return this.#burstOf(slot, drafts);
  }

  #burstOf(slot: number, drafts: readonly Draft[]): Step {
    const operations: Operation[] = drafts.map((draft) => operationOf(draft, this.#xids[slot]!++));
    return { kind: "burst", slot, operations };
  }

  #farewell(slot: number): Step {
    const draft = this.#operations.farewell();
    return this.#avoid?.test(draft.text) === true ? this.#burst(slot) : this.#burstOf(slot, [draft]);
  }

  /** A session with the shortest time-out makes ephemeral nodes and is left alone until it expires. */
  #planExpiry(slot: number): Step {
    const drafts = ["/a/e1", "/a/e2", "/b/e1", "/e"].map((path): Draft => {
      const body = createBody(path, null, OPEN, 1);
      return { type: OpCode.create, body, text: `create ${path} ephemeral`, reads: "path" };
    });
    this.#planned.push(this.#burstOf(slot, drafts), { kind: "expire", slot }, { kind: "barrier" });
    return { kind: "connect", slot, timeoutMs: 1, readOnly: false, lastZxidSeen: "none" };
  }

  #stranger(): Step {
    const [text, bytes] = this.#random.pick<readonly [string, Buffer]>([
      ["a length of 2^31 - 1", Buffer.from("7fffffff", "hex")],
      ["a negative length", Buffer.from("ffffffff00", "hex")],
      ["a length of 0", Buffer.from("00000000", "hex")],
      ["a length above jute.maxbuffer", Buffer.from("00100000", "hex")],
      ["a handshake of 3 bytes", Buffer.from("00000003010203", "hex")],
      ["a handshake with a password longer than itself", Buffer.from(`0000001c${"00".repeat(24)}00000064`, "hex")],
      ["a handshake with a password of length -5", Buffer.from(`0000001c${"00".repeat(24)}fffffffb`, "hex")],
    ]);
    return { kind: "stranger", bytes, text };
  }
}

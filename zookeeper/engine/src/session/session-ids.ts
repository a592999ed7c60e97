/** Hands out session ids one after the other; no two calls answer the same. */
export class SessionIds {
  #next: bigint;

  constructor(first: bigint) {
    this.#next = first;
  }

  next(): bigint {
    const id = this.#next;
    this.#next = BigInt.asIntN(64, id + 1n);
    // This very number marks containers, so it can never be a session.
    return id === CONTAINER_MARK ? this.next() : id;
  }
}

const CONTAINER_MARK = -0x8000_0000_0000_0000n;

/**
 * The first session id of a server's life: its number in the top byte, then 40 bits of the start time, then 16 zero
 * bits, so that ids do not repeat across restarts and servers (Apache's initializeNextSessionId).
 */
export function firstSessionId(serverId: number, startedAtMs: number): bigint {
  const time = (BigInt.asUintN(64, BigInt(Math.trunc(startedAtMs)) << 24n) >> 8n) & 0x00ff_ffff_ffff_ffffn;
  return BigInt.asIntN(64, (BigInt(serverId) << 56n) | time);
}

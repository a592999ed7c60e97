/** Bytes of a session password. */
export const SESSION_PASSWORD_BYTES = 16;

const TWO_24 = 0x100_0000;
const LOW_24 = 0xff_ffff;

// java.util.Random keeps 48 bits and steps x → x · 0x5DEECE66D + 0xB. Halves of 24 bits keep every product below 2^53.
const MULTIPLIER_HIGH = 0x5de;
const MULTIPLIER_LOW = 0xece66d;
const INCREMENT = 0xb;

/** Servers seed with session id XOR 0xB3415C00 (ZooKeeperServer.superSecret); Random XORs its multiplier to any seed. */
const SEED_HIGH = 0xb3 ^ MULTIPLIER_HIGH;
const SEED_LOW = 0x41_5c00 ^ MULTIPLIER_LOW;

/**
 * Writes the password that goes with a session id. Every server of an ensemble must come to the same one, so it can
 * keep nobody out who knows the algorithm; it tells sessions apart after mistakes.
 */
export function writeSessionPassword(sessionId: bigint, target: Buffer, at: number): void {
  const seed = Number(BigInt.asUintN(48, sessionId));
  let high = Math.floor(seed / TWO_24) ^ SEED_HIGH;
  let low = (seed & LOW_24) ^ SEED_LOW;
  for (let i = 0; i < SESSION_PASSWORD_BYTES; i += 4) {
    const product = low * MULTIPLIER_LOW + INCREMENT;
    const carried = Math.floor(product / TWO_24);
    high = (high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH + carried) % TWO_24;
    low = product % TWO_24;
    target.writeInt32LE((high << 8) | (low >>> 16), at + i);
  }
}

/** The password that goes with a session id, 16 bytes. */
export function sessionPassword(sessionId: bigint): Buffer {
  const password = Buffer.allocUnsafe(SESSION_PASSWORD_BYTES);
  writeSessionPassword(sessionId, password, 0);
  return password;
}

const expected = Buffer.alloc(SESSION_PASSWORD_BYTES);

/** True if `password` is the one that goes with the session id. No password goes with 0n. */
export function isSessionPassword(sessionId: bigint, password: Uint8Array | null): boolean {
  if (sessionId === 0n || password === null) return false;
  writeSessionPassword(sessionId, expected, 0);
  return expected.equals(password);
}

import { BytesError, type Codec } from "@branta/foundation-bytes";
import type { Measure } from "../files/snapshot-sizes.ts";

/** The first that a server says on the election port when it has connected; the other side says nothing. */
export interface ElectionGreeting {
  /** Null for an observer without an id, which Apache sends as Long.MAX_VALUE. */
  readonly serverId: number | null;
  /** Its election addresses, `host:port` or `[ipv6]:port`; none from servers before 3.5. */
  readonly addresses: readonly string[];
}

const ONE_ADDRESS = -65_536n;
/** Since 3.6, and only from servers with multiAddress.enabled. */
const SEVERAL_ADDRESSES = -65_535n;
const OBSERVER = 2n ** 63n - 1n;
/** Apache's limit. */
const ADDRESS_BYTES_MAX = 2048;
const FIXED_BYTES = 20;

/**
 * `ElectionGreeting => serverId:long | version:long serverId:long length:int utf8`: what is not negative in the first
 * place is a server id already. Several addresses stand with `|` between them.
 */
export const electionGreeting: Codec<ElectionGreeting> = {
  name: "ElectionGreeting",
  encode(writer, { serverId, addresses }) {
    if (addresses.length > 0) writer.long(addresses.length > 1 ? SEVERAL_ADDRESSES : ONE_ADDRESS);
    writer.long(serverId === null ? OBSERVER : BigInt(serverId));
    if (addresses.length > 0) writer.string(addresses.join("|"));
  },
  decode(reader) {
    const offset = reader.offset;
    const first = reader.long();
    if (first >= 0) return { serverId: serverIdOf(first, offset), addresses: [] };
    if (!isVersion(first)) throw unknownVersion(first, offset);
    const serverId = serverIdOf(reader.long(), offset + 8);
    const text = reader.string();
    if (text === null || text === "") throw badLength(text === null ? -1 : 0, reader.offset - 4);
    return { serverId, addresses: text.split("|") };
  },
};

/** How many bytes a greeting takes; of what is no greeting, as many as decoding needs to refuse it. */
export const measureElectionGreeting: Measure = (bytes, at, available) => {
  if (available < 8) return 8;
  if (!isVersion(bytes.readBigInt64BE(at))) return 8;
  if (available < FIXED_BYTES) return FIXED_BYTES;
  const length = bytes.readInt32BE(at + FIXED_BYTES - 4);
  if (length <= 0 || length > ADDRESS_BYTES_MAX) throw badLength(length, at + FIXED_BYTES - 4);
  return FIXED_BYTES + length;
};

function isVersion(first: bigint): boolean {
  return first === ONE_ADDRESS || first === SEVERAL_ADDRESSES;
}

function serverIdOf(sent: bigint, offset: number): number | null {
  if (sent === OBSERVER) return null;
  const serverId = Number(sent);
  if (Number.isSafeInteger(serverId)) return serverId;
  throw new BytesError("malformed", `Cannot use server id ${sent}: must be within ±2^53`, offset);
}

function unknownVersion(version: bigint, offset: number): BytesError {
  const wanted = `${ONE_ADDRESS}, ${SEVERAL_ADDRESSES} or a server id`;
  return new BytesError("malformed", `Cannot read greeting: it begins with ${version}, must be ${wanted}`, offset);
}

function badLength(length: number, offset: number): BytesError {
  const wanted = `1 to ${ADDRESS_BYTES_MAX}`;
  return new BytesError("malformed", `Cannot read greeting: length of address is ${length}, must be ${wanted}`, offset);
}

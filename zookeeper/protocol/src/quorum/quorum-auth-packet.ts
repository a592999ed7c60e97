import { BytesError, type Codec } from "@branta/foundation-bytes";
import type { Measure } from "../files/snapshot-sizes.ts";

/** How a SASL exchange between servers stands, as its sender sees it. */
export const QuorumAuthStatus = { inProgress: 0, success: 1, error: -1 } as const;

/** One message of a SASL exchange between servers, on either port. */
export interface QuorumAuthPacket {
  /** One of {@link QuorumAuthStatus}. */
  readonly status: number;
  readonly token: Buffer | null;
}

/** Apache's comment calls it negative; Java makes -0xa0dbcafecafe1234L a positive number. */
export const QUORUM_AUTH_MAGIC: bigint = BigInt.asIntN(64, -0xa0db_cafe_cafe_1234n);

const HEAD_BYTES = 16;
/** No token of DIGEST-MD5 comes near. */
const TOKEN_BYTES_MAX = 64 * 1024;

/** `QuorumAuthPacket => magic:long status:int token:buffer` */
export const quorumAuthPacket: Codec<QuorumAuthPacket> = {
  name: "QuorumAuthPacket",
  encode(writer, { status, token }) {
    writer.long(QUORUM_AUTH_MAGIC);
    writer.int(status);
    writer.buffer(token);
  },
  decode(reader) {
    const magic = reader.long();
    if (magic !== QUORUM_AUTH_MAGIC) {
      const message = `Cannot read QuorumAuthPacket: it begins with ${magic}, must begin with ${QUORUM_AUTH_MAGIC}`;
      throw new BytesError("malformed", message, reader.offset - 8);
    }
    return { status: reader.int(), token: reader.buffer() };
  },
};

/** How many bytes a packet takes that begins at `at`. */
export const measureQuorumAuthPacket: Measure = (bytes, at, available) => {
  if (available < HEAD_BYTES) return HEAD_BYTES;
  const length = bytes.readInt32BE(at + HEAD_BYTES - 4);
  if (length >= -1 && length <= TOKEN_BYTES_MAX) return HEAD_BYTES + Math.max(0, length);
  const message = `Cannot read QuorumAuthPacket: length of token is ${length}, must be -1 to ${TOKEN_BYTES_MAX}`;
  throw new BytesError("malformed", message, at + HEAD_BYTES - 4);
};

import { gunzipSync, gzipSync } from "node:zlib";
import type { EncodedValue, Transcoder } from "./transcoder.ts";

/** What the Java client's default transcoder and this one both can write and read. */
export type JavaValue = string | number | bigint | boolean | Date | Uint8Array;

// The bits and types of SerializingTranscoder (arcus-java-client).
const SERIALIZED = 1;
const COMPRESSED = 2;
const TYPE_MASK = 0xff00;
const BOOLEAN = 1 << 8;
const INT = 2 << 8;
const LONG = 3 << 8;
const DATE = 4 << 8;
const BYTE = 5 << 8;
const FLOAT = 6 << 8;
const DOUBLE = 7 << 8;
const BYTE_ARRAY = 8 << 8;

/** Values longer than this are compressed, as there; bytes. */
const COMPRESS_ABOVE_BYTES = 16_384;
/** No more is made of a compressed value; bytes. */
const UNCOMPRESSED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Values as the Java client's default transcoder keeps them, so that programs in both languages can share a cloud:
 * strings, numbers, booleans, dates and bytes. A whole number is written as a Long, another one as a Double; a Long beyond
 * ±2^53 is read as a bigint. Serialised Java objects cannot be read; where both sides need objects, use JSON.
 */
export const JAVA_VALUES: Transcoder<JavaValue> = {
  encode: (value, place) => {
    const encoded = encode(value);
    return place === "item" && encoded.data.length > COMPRESS_ABOVE_BYTES ? compressed(encoded) : encoded;
  },
  decode: (flags, data, place) => {
    const isCompressed = place === "item" && (flags & COMPRESSED) !== 0;
    const bytes = isCompressed ? gunzipSync(data, { maxOutputLength: UNCOMPRESSED_BYTES_MAX }) : data;
    if ((flags & SERIALIZED) !== 0) throw new Error("it is a serialised Java object");
    return decode(flags & TYPE_MASK, bytes);
  },
};

function encode(value: JavaValue): EncodedValue {
  if (typeof value === "string") return { flags: 0, data: Buffer.from(value) };
  if (typeof value === "boolean") return { flags: BOOLEAN, data: Buffer.from(value ? "1" : "0") };
  if (typeof value === "bigint") return { flags: LONG, data: packed(value) };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? { flags: LONG, data: packed(BigInt(value)) }
      : { flags: DOUBLE, data: packedDouble(value) };
  }
  if (value instanceof Uint8Array) return { flags: BYTE_ARRAY, data: value };
  if (value instanceof Date) return { flags: DATE, data: packed(BigInt(value.getTime())) };
  throw new TypeError("wanted is a string, number, bigint, boolean, Date or bytes, or another transcoder");
}

function decode(type: number, bytes: Buffer): JavaValue {
  switch (type) {
    case 0:
      return bytes.toString();
    case BOOLEAN:
      return bytes.toString("latin1") === "1";
    case INT:
      return Number(BigInt.asIntN(32, unpacked(bytes)));
    case BYTE:
      return bytes.length === 0 ? 0 : bytes.readInt8(0);
    case LONG:
      return numberOf(unpacked(bytes));
    case DATE:
      return new Date(Number(unpacked(bytes)));
    case FLOAT:
      return padded(bytes, 4).readFloatBE(0);
    case DOUBLE:
      return padded(bytes, 8).readDoubleBE(0);
    case BYTE_ARRAY:
      return Buffer.from(bytes);
    default:
      throw new Error(`its flags name a type "${type >> 8}" that is not known`);
  }
}

function numberOf(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Eight bytes, big-endian, without the zeros in front. @throws RangeError beyond 64 bits */
function packed(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return withoutLeadingZeros(bytes);
}

function packedDouble(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return withoutLeadingZeros(bytes);
}

function withoutLeadingZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
}

function unpacked(bytes: Buffer): bigint {
  return padded(bytes, 8).readBigInt64BE(0);
}

function padded(bytes: Buffer, length: number): Buffer {
  if (bytes.length > length) throw new RangeError(`it has ${bytes.length} bytes, wanted are at most ${length}`);
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]);
}

function compressed({ flags, data }: EncodedValue): EncodedValue {
  const zipped = gzipSync(data);
  return zipped.length < data.length ? { flags: flags | COMPRESSED, data: zipped } : { flags, data };
}

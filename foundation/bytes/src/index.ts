export { BytesError, type BytesErrorCode } from "./bytes-error.ts";
export { adler32, crc32 } from "./checksums.ts";
export { type Codec, decodeFromBuffer, encodeToBuffer } from "./codec.ts";
export { Reader } from "./reader.ts";
export { Writer } from "./writer.ts";

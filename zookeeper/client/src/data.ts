/** What can be written to a node: text as UTF-8, bytes as they are, or null, which is not the same as no bytes. */
export type Data = string | Uint8Array | null;

/** @returns the bytes of `data`; a view of them where that can be. */
export function toBytes(data: Data): Buffer | null {
  if (data === null) return null;
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Copies a view of a received frame, so that a small value does not keep a whole chunk of the socket alive. */
export function detached(view: Buffer | null): Buffer | null {
  return view === null ? null : Buffer.from(view);
}

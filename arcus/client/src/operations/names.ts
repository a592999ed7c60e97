/** Names go as UTF-8, and replies are read with each byte a character. */
export function fromWire(name: string): string {
  // Only names beyond ASCII look different.
  return /^[\0-\x7f]*$/.test(name) ? name : Buffer.from(name, "latin1").toString();
}

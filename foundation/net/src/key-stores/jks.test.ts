import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readJks } from "./jks.ts";
import { KeyStoreError, type KeyStoreErrorCode } from "./key-store-error.ts";
import { readKeyStore } from "./read-key-store.ts";

// Stores that keytool would not write, signed as it signs them.
const PASSWORD = "branta-test";
const utf16 = (text: string) => Buffer.from(text, "utf16le").swap16();
const int = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
const block = (bytes: Buffer) => Buffer.concat([int(bytes.length), bytes]);
const sha1 = (...parts: Buffer[]) => createHash("sha1").update(Buffer.concat(parts)).digest();
const sign = (body: Buffer, password = PASSWORD) =>
  Buffer.concat([body, sha1(utf16(password), Buffer.from("Mighty Aphrodite"), body)]);
const store = (version: number, ...entries: Buffer[]) =>
  sign(Buffer.concat([Buffer.from("feedfeed", "hex"), int(version), int(entries.length), ...entries]));
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const certificate = readKeyStore(fixture("ca.pem"), "PEM", "").trusted[0]!.certificate;
const created = Buffer.alloc(8);

function codeOf(bytes: Buffer): KeyStoreErrorCode | undefined {
  try {
    readJks(bytes, PASSWORD);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(KeyStoreError);
    return (error as KeyStoreError).code;
  }
}
const keyEntry = (protectedKey: Buffer) => Buffer.concat([int(1), text("k"), created, block(protectedKey), int(0)]);
const SUN = Buffer.from("300e060a2b060104012a021101010500", "hex");
const info = (algorithm: Buffer, data: Buffer) => {
  const content = Buffer.concat([algorithm, Buffer.from([0x04, data.length]), data]);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
};

describe("readJks", () => {
  it("reads the first version, which has no certificate types", () => {
    const entry = Buffer.concat([int(2), text("ca"), created, block(certificate)]);
    expect(readJks(store(1, entry), PASSWORD).trusted).toEqual([{ alias: "ca", certificate }]);
  });

  it.each<[string, Buffer, KeyStoreErrorCode]>([
    ["another version", store(3), "malformed"],
    ["nothing but its head", Buffer.from("feedfeed00000002", "hex"), "malformed"],
    ["fewer entries than it says", sign(Buffer.from("feedfeed0000000200000002", "hex")), "malformed"],
    ["an entry of another kind", store(2, Buffer.concat([int(3), text("s"), created])), "unsupported"],
    [
      "another type of certificate",
      store(2, Buffer.concat([int(2), text("c"), created, text("PGP"), block(certificate)])),
      "unsupported",
    ],
    [
      "a broken certificate",
      store(2, Buffer.concat([int(2), text("c"), created, text("X.509"), block(created)])),
      "malformed",
    ],
    [
      "a key under another algorithm",
      store(2, keyEntry(info(Buffer.from("300506032a0304", "hex"), Buffer.alloc(48)))),
      "unsupported",
    ],
    ["a key cut short", store(2, keyEntry(info(SUN, Buffer.alloc(39)))), "malformed"],
    ["a key under another password", store(2, keyEntry(info(SUN, Buffer.alloc(48)))), "password"],
  ])("refuses a store with %s", (_, bytes, code) => expect(codeOf(bytes)).toBe(code));

  it("recovers a key by XOR with a chain of digests", () => {
    const key = Buffer.from("thirty bytes of a private key.");
    const salt = Buffer.alloc(20, 7);
    const password = utf16(PASSWORD);
    const first = sha1(password, salt);
    const mask = Buffer.concat([first, sha1(password, first)]);
    const hidden = Buffer.from(key.map((byte, at) => byte ^ mask[at]!));
    const entry = keyEntry(info(SUN, Buffer.concat([salt, hidden, sha1(password, key)])));
    expect(readJks(store(2, entry), PASSWORD).keys).toEqual([{ alias: "k", privateKey: key, chain: [] }]);
  });
});

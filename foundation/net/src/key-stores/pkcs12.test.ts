import { createCipheriv, createHmac, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KeyStoreError, type KeyStoreErrorCode } from "./key-store-error.ts";
import { readKeyStore } from "./read-key-store.ts";

// Stores that no tool at hand writes, built by hand.
const PASSWORD = "branta-test";
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const certificate = readKeyStore(fixture("ca.pem"), "PEM", "").trusted[0]!.certificate;
const privateKey = readKeyStore(fixture("client.pem"), "PEM", "").keys[0]!.privateKey;

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const explicit = (...parts: Buffer[]) => tlv(0xa0, ...parts);
const octets = (bytes: Buffer) => tlv(0x04, bytes);
const integer = (value: number) =>
  tlv(0x02, Buffer.from([0, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]));
function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split(".").map(Number) as [number, number, ...number[]];
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tlv(0x06, Buffer.from(bytes));
}

const DATA = oid("1.2.840.113549.1.7.1");
const BAGS = "1.2.840.113549.1.12.10.1";
const SALT = Buffer.from("salt");
const HMAC_SHA256 = sequence(oid("1.2.840.113549.2.9"));
const pbkdf2 = (iterations: number, more: Buffer[] = [HMAC_SHA256]) =>
  sequence(oid("1.2.840.113549.1.5.12"), sequence(octets(SALT), integer(iterations), ...more));

const certificateBag = (type = "1.2.840.113549.1.9.22.1") =>
  sequence(oid(`${BAGS}.3`), explicit(sequence(oid(type), explicit(octets(certificate)))));
const keyBag = (key: Buffer) => sequence(oid(`${BAGS}.1`), explicit(key));
const contents = (...bags: Buffer[]) => sequence(sequence(DATA, explicit(octets(sequence(...bags)))));
const encrypted = (algorithm: Buffer, data: Buffer) =>
  sequence(
    sequence(oid("1.2.840.113549.1.7.6"), explicit(sequence(integer(0), sequence(DATA, algorithm, tlv(0x80, data))))),
  );
const store = (safe: Buffer, ...mac: Buffer[]) => sequence(integer(3), sequence(DATA, explicit(octets(safe))), ...mac);
const read = (bytes: Buffer, password = PASSWORD) => readKeyStore(bytes, "PKCS12", password);

function codeOf(bytes: Buffer, password = PASSWORD): KeyStoreErrorCode | undefined {
  try {
    read(bytes, password);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(KeyStoreError);
    return (error as KeyStoreError).code;
  }
}

describe("bags", () => {
  it("may nest, and those of no use are passed over", () => {
    const nested = sequence(oid(`${BAGS}.6`), explicit(sequence(certificateBag())));
    const revocations = sequence(oid(`${BAGS}.4`), explicit(sequence()));
    const sdsi = certificateBag("1.2.840.113549.1.9.22.2");
    expect(read(store(contents(nested, revocations, sdsi))).trusted).toEqual([{ alias: "", certificate }]);
    let deep = certificateBag();
    for (let level = 0; level < 10; level++) deep = sequence(oid(`${BAGS}.6`), explicit(sequence(deep)));
    expect(codeOf(store(contents(deep)))).toBe("limit");
  });

  it("hold keys, with or without a certificate", () => {
    expect(read(store(contents(keyBag(privateKey)))).keys).toEqual([{ alias: "", privateKey, chain: [] }]);
    expect(read(store(contents(keyBag(privateKey), certificateBag()))).keys[0]!.chain).toEqual([]);
    expect(codeOf(store(contents(keyBag(sequence()))))).toBe("malformed");
  });

  it("may have names, or broken ones", () => {
    const named = (value: Buffer) =>
      sequence(
        oid(`${BAGS}.3`),
        explicit(sequence(oid("1.2.840.113549.1.9.22.1"), explicit(octets(certificate)))),
        tlv(0x31, sequence(oid("1.2.840.113549.1.9.20"), tlv(0x31, value))),
      );
    expect(read(store(contents(named(tlv(0x1e, Buffer.from([0, 0x67, 0x6f, 0x21])))))).trusted[0]!.alias).toBe("g漡");
    expect(read(store(contents(named(tlv(0x1e, Buffer.from([0x67])))))).trusted[0]!.alias).toBe("");
    expect(read(store(contents(named(Buffer.alloc(0))))).trusted[0]!.alias).toBe("");
  });

  it("are refused in parts of other types", () => {
    const signed = sequence(oid("1.2.840.113549.1.7.2"), explicit(octets(Buffer.alloc(0))));
    expect(codeOf(store(sequence(signed)))).toBe("unsupported");
    expect(codeOf(sequence(integer(3), signed))).toBe("unsupported");
    expect(codeOf(sequence(integer(3)))).toBe("malformed");
  });

  it("are read from BER with indefinite lengths, as Bouncy Castle writes it", () => {
    const indefinite = (tag: number, ...parts: Buffer[]) =>
      Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.alloc(2)]);
    const safe = contents(certificateBag());
    const pieces = indefinite(0x24, octets(safe.subarray(0, 10)), octets(safe.subarray(10)));
    const ber = indefinite(0x30, integer(3), indefinite(0x30, DATA, indefinite(0xa0, pieces)));
    expect(read(ber).trusted).toHaveLength(1);
  });
});

describe("the MAC", () => {
  const macData = (algorithm: Buffer, digest: Buffer, ...rest: Buffer[]) =>
    sequence(sequence(algorithm, octets(digest)), ...rest);
  const safe = contents(certificateBag());
  const pbmac1 = (derivation: Buffer, scheme = HMAC_SHA256) =>
    sequence(oid("1.2.840.113549.1.5.14"), sequence(derivation, scheme));

  it("may be PBMAC1 (RFC 9579)", () => {
    const key = pbkdf2Sync(PASSWORD, SALT, 2, 32, "sha256");
    const digest = createHmac("sha256", key).update(safe).digest();
    const mac = macData(pbmac1(pbkdf2(2, [integer(32), HMAC_SHA256])), digest, octets(SALT));
    expect(read(store(safe, mac)).trusted).toHaveLength(1);
    expect(codeOf(store(safe, mac), "wrong")).toBe("password");
  });

  it.each<[string, Buffer, KeyStoreErrorCode]>([
    ["an unknown digest", macData(sequence(oid("1.2.3.4")), SALT, octets(SALT)), "unsupported"],
    ["an unknown scheme", macData(pbmac1(pbkdf2(2), sequence(oid("1.2.3.4"))), SALT, octets(SALT)), "unsupported"],
    ["another derivation", macData(pbmac1(sequence(oid("1.2.3.4"), sequence())), SALT, octets(SALT)), "unsupported"],
    ["an unknown function", macData(pbmac1(pbkdf2(2, [sequence(oid("1.2.3.4"))])), SALT, octets(SALT)), "unsupported"],
    ["no key length", macData(pbmac1(pbkdf2(2)), SALT, octets(SALT)), "limit"],
    ["a huge key", macData(pbmac1(pbkdf2(2, [integer(1 << 30)])), SALT, octets(SALT)), "limit"],
    ["no salt", macData(pbmac1(sequence(oid("1.2.840.113549.1.5.12"), sequence())), SALT, octets(SALT)), "malformed"],
    ["no parts", sequence(sequence(sequence(oid("1.2.3.4")), octets(SALT))), "malformed"],
    ["too many rounds", macData(sequence(oid("1.3.14.3.2.26")), SALT, octets(SALT), integer(1_000_001)), "limit"],
    ["no rounds", macData(sequence(oid("1.3.14.3.2.26")), SALT, octets(SALT), integer(0)), "limit"],
    ["one round by default", macData(sequence(oid("1.3.14.3.2.26")), SALT, octets(SALT)), "password"],
    ["a huge salt", macData(sequence(oid("1.3.14.3.2.26")), SALT, octets(Buffer.alloc(2000))), "limit"],
  ])("with %s is refused", (_, mac, code) => expect(codeOf(store(safe, mac))).toBe(code));
});

describe("encryption", () => {
  const AES = "2.16.840.1.101.3.4.1.2";
  const pbes2 = (derivation: Buffer, cipher = AES) =>
    sequence(oid("1.2.840.113549.1.5.13"), sequence(derivation, sequence(oid(cipher), octets(Buffer.alloc(16)))));
  const legacy = (name: string, iterations = 1) => sequence(oid(name), sequence(octets(SALT), integer(iterations)));

  it("derives its key by HMAC-SHA1 unless told", () => {
    const cipher = createCipheriv("aes-128-cbc", pbkdf2Sync(PASSWORD, SALT, 3, 16, "sha1"), Buffer.alloc(16));
    const data = Buffer.concat([cipher.update(sequence(certificateBag())), cipher.final()]);
    expect(read(store(encrypted(pbes2(pbkdf2(3, [])), data))).trusted).toHaveLength(1);
    expect(codeOf(store(encrypted(pbes2(pbkdf2(3, [])), data)), "wrong")).toBe("password");
  });

  it.each<[string, Buffer, number, KeyStoreErrorCode]>([
    ["an unknown scheme", legacy("1.2.3.4"), 16, "unsupported"],
    ["an unknown cipher", pbes2(pbkdf2(1), "1.2.3.4"), 16, "unsupported"],
    ["too many rounds", pbes2(pbkdf2(1_000_001)), 16, "limit"],
    ["half a block of RC2", legacy("1.2.840.113549.1.12.1.6"), 12, "malformed"],
    ["noise under RC2", legacy("1.2.840.113549.1.12.1.6"), 16, "password"],
    ["noise under 3DES", legacy("1.2.840.113549.1.12.1.3"), 16, "password"],
  ])("with %s is refused", (_, algorithm, length, code) => {
    expect(codeOf(store(encrypted(algorithm, Buffer.alloc(length))))).toBe(code);
  });

  it("may not ask for more rounds by asking often", () => {
    const cipher = createCipheriv("aes-128-cbc", pbkdf2Sync(PASSWORD, SALT, 1, 16, "sha256"), Buffer.alloc(16));
    const data = Buffer.concat([cipher.update(sequence(certificateBag())), cipher.final()]);
    const [cheap, dear] = [pbes2(pbkdf2(1)), pbes2(pbkdf2(1_000_000))].map((algorithm) => encrypted(algorithm, data));
    expect(codeOf(store(cheap!))).toBeUndefined();
    expect(codeOf(store(sequence(cheap!.subarray(skipHeader(cheap!)), dear!.subarray(skipHeader(dear!)))))).toBe(
      "limit",
    );
  });
});

/** Where the content of a value begins. */
function skipHeader(value: Buffer): number {
  return value[1]! < 0x80 ? 2 : 2 + (value[1]! & 0x7f);
}

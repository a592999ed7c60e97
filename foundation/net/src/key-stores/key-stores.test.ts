import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certificateSubject } from "./distinguished-name.ts";
import { KeyStoreError, type KeyStoreErrorCode } from "./key-store-error.ts";
import { KEY_STORE_BYTES_MAX, type KeyStoreType, readKeyStore } from "./read-key-store.ts";

const PASSWORD = "branta-test";
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const typeOf = (name: string): KeyStoreType =>
  name.endsWith(".pem") ? "PEM" : name.endsWith(".jks") ? "JKS" : "PKCS12";
const open = (name: string, password = PASSWORD) => readKeyStore(fixture(name), typeOf(name), password);
const subjects = (certificates: readonly Buffer[]) => certificates.map(certificateSubject);

const SERVER = "CN=localhost,OU=Test,O=Branta,C=DE";
const CA = "CN=Branta Test CA,O=Branta,C=DE";
const SERVER_KEY = createHash("sha256").update(open("server.pem").keys[0]!.privateKey).digest("hex");

function codeOf(read: () => unknown): KeyStoreErrorCode | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(KeyStoreError);
    return (error as KeyStoreError).code;
  }
}

describe("stores with a key", () => {
  const stores: [string, string][] = [
    ["server.jks", PASSWORD],
    ["java.p12", PASSWORD],
    ["java-legacy.p12", PASSWORD],
    ["openssl.p12", PASSWORD],
    ["openssl-legacy.p12", PASSWORD],
    ["openssl-rc2-128.p12", PASSWORD],
    ["openssl-aes128.p12", PASSWORD],
    ["openssl-plain.p12", PASSWORD],
    ["openssl-empty.p12", ""],
    ["server.pem", ""],
    ["server-encrypted.pem", PASSWORD],
  ];
  it.each(stores)("%s gives the same key and chain", (name, password) => {
    const { keys, trusted } = open(name, password);
    expect(keys.map(({ alias }) => alias)).toEqual([name.endsWith(".pem") ? "" : "server"]);
    expect(createHash("sha256").update(keys[0]!.privateKey).digest("hex")).toBe(SERVER_KEY);
    expect(subjects(keys[0]!.chain)).toEqual([SERVER, CA]);
    expect(subjects(trusted.map(({ certificate }) => certificate))).toEqual(name.endsWith(".pem") ? [SERVER, CA] : []);
    const key = createPrivateKey({ key: keys[0]!.privateKey, format: "der", type: "pkcs8" });
    expect(new X509Certificate(keys[0]!.chain[0]!).checkPrivateKey(key)).toBe(true);
  });

  it("takes OpenSSL's older PEM keys, elliptic curves and keys in any place", () => {
    expect(createHash("sha256").update(open("server-traditional.pem").keys[0]!.privateKey).digest("hex")).toBe(
      SERVER_KEY,
    );
    expect(open("client.pem").keys[0]!.chain).toHaveLength(2);
    const swapped = Buffer.concat([fixture("ca.pem"), fixture("server.pem")]);
    expect(subjects(readKeyStore(swapped, "PEM", "").keys[0]!.chain)).toEqual([CA, SERVER, CA]);
  });
});

describe("stores of trust", () => {
  it.each([
    ["trust.jks", "branta ca"],
    ["java-trust.p12", "branta ca"],
    ["openssl-trust.p12", ""],
    ["ca.pem", ""],
  ])("%s trusts the authority", (name, alias) => {
    const { keys, trusted } = open(name);
    expect(keys).toEqual([]);
    expect(trusted.map((entry) => [entry.alias, certificateSubject(entry.certificate)])).toEqual([[alias, CA]]);
  });

  it("are told apart by their bytes, not by their name", () => {
    expect(readKeyStore(fixture("java.p12"), "JKS", PASSWORD).keys).toHaveLength(1);
    expect(readKeyStore(fixture("server.jks"), "PKCS12", PASSWORD).keys).toHaveLength(1);
  });
});

describe("what cannot be read", () => {
  it.each([
    "server.jks",
    "trust.jks",
    "java.p12",
    "openssl.p12",
    "openssl-empty.p12",
    "openssl-aes128.p12",
    "server-encrypted.pem",
  ])("%s is refused under another password", (name) => expect(codeOf(() => open(name, "wrong"))).toBe("password"));

  it("is named", () => {
    expect(codeOf(() => open("secret.jceks"))).toBe("unsupported");
    expect(codeOf(() => readKeyStore(Buffer.from("hello"), "JKS", ""))).toBe("malformed");
    expect(codeOf(() => readKeyStore(Buffer.alloc(0), "PKCS12", ""))).toBe("malformed");
    expect(codeOf(() => readKeyStore(Buffer.from("hello"), "PEM", ""))).toBe("malformed");
    expect(codeOf(() => readKeyStore(Buffer.alloc(KEY_STORE_BYTES_MAX + 1), "PEM", ""))).toBe("limit");
    const brokenKey = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    expect(codeOf(() => readKeyStore(Buffer.from(brokenKey), "PEM", ""))).toBe("malformed");
    const brokenCertificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    expect(codeOf(() => readKeyStore(Buffer.from(brokenCertificate), "PEM", ""))).toBe("malformed");
  });

  const stores = ["server.jks", "trust.jks", "openssl-plain.p12", "openssl-trust.p12", "ca.pem"];
  it.each(stores)("%s, cut short anywhere, gives a typed error", (name) => {
    const whole = fixture(name);
    const lengths = fc.integer({ min: 0, max: whole.length - 1 });
    fc.assert(
      fc.property(lengths, (length) => {
        const code = codeOf(() => readKeyStore(whole.subarray(0, length), typeOf(name), PASSWORD));
        if (!name.endsWith(".pem")) expect(code).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  it.each(stores)("%s with a bit turned never throws anything else", (name) => {
    const whole = fixture(name);
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        codeOf(() => readKeyStore(bytes, typeOf(name), PASSWORD));
      }),
      { numRuns: name === "openssl-trust.p12" ? 40 : 150 },
    );
  });

  it("any bytes behind a known beginning give a typed error", () => {
    const magic = fc.constantFrom(
      Buffer.from("feedfeed00000002", "hex"),
      Buffer.from([0x30, 0x80]),
      Buffer.from([0x30, 0x20]),
    );
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 64 }), (start, rest) => {
        expect(codeOf(() => readKeyStore(Buffer.concat([start, rest]), "JKS", ""))).toBeDefined();
      }),
    );
  });
});

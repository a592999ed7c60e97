import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { TlsAcceptor } from "./tls-acceptor.ts";
import { TlsError } from "./tls-error.ts";
import { isTrustedNamesake } from "./trusted-namesake.ts";

// Certificates that no tool makes any more, built by hand: version 1, all of one name, at any date.
const NOW = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const COMMON_NAME = "06 03 55 04 03";
const nameOf = (text: string, type = COMMON_NAME) =>
  sequence(tlv(0x31, sequence(hex(type), tlv(0x0c, Buffer.from(text)))));
const time = (ms: number) =>
  tlv(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`));

const ECDSA_SHA256 = sequence(hex("06 08 2a 86 48 ce 3d 04 03 02"));
const RSA_SHA256 = sequence(hex("06 09 2a 86 48 86 f7 0d 01 01 0b"), hex("05 00"));
const RSA_SHA1 = sequence(hex("06 09 2a 86 48 86 f7 0d 01 01 05"), hex("05 00"));
const IS_AUTHORITY = sequence(hex("06 03 55 1d 13"), hex("04 05 30 03 01 01 ff"));
const IS_NO_AUTHORITY = sequence(hex("06 03 55 1d 13"), hex("04 02 30 00"));

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const newKey = (): KeyPair => generateKeyPairSync("ec", { namedCurve: "P-256" });
let serial = 0;

interface Wish {
  readonly key: KeyPair;
  readonly signer?: KeyPair;
  readonly subject?: Buffer;
  readonly issuer?: Buffer;
  readonly from?: number;
  readonly to?: number;
  readonly extensions?: readonly Buffer[];
  readonly algorithm?: Buffer;
  readonly digest?: string;
}

function certify(wish: Wish): X509Certificate {
  const { key, signer = key, subject = nameOf("vm"), issuer = nameOf("vm"), algorithm = ECDSA_SHA256 } = wish;
  const { from = NOW - DAY_MS, to = NOW + DAY_MS, extensions = [], digest = "sha256" } = wish;
  const isVersion3 = extensions.length > 0;
  const body = sequence(
    ...(isVersion3 ? [tlv(0xa0, hex("02 01 02"))] : []),
    tlv(0x02, Buffer.from([1, (serial += 1)])),
    algorithm,
    issuer,
    sequence(time(from), time(to)),
    subject,
    key.publicKey.export({ type: "spki", format: "der" }),
    ...(isVersion3 ? [tlv(0xa3, sequence(...extensions))] : []),
  );
  return new X509Certificate(
    sequence(body, algorithm, tlv(0x03, Buffer.from([0]), sign(digest, body, signer.privateKey))),
  );
}

const authorityKey = newKey();
const clientKey = newKey();
const authority = certify({ key: authorityKey });
const issued = certify({ key: clientKey, signer: authorityKey });

describe("isTrustedNamesake", () => {
  it("admits what is in the trust store, byte for byte", () => {
    const alone = certify({ key: clientKey });
    expect(isTrustedNamesake(alone, [authority, alone], NOW)).toBe(true);
    expect(isTrustedNamesake(alone, [authority], NOW)).toBe(false);
    expect(isTrustedNamesake(certify({ key: newKey() }), [authority, alone], NOW)).toBe(false);
    // The same key and name, but another certificate.
    expect(isTrustedNamesake(certify({ key: clientKey }), [authority, issued], NOW)).toBe(false);
    expect(isTrustedNamesake(alone, [], NOW)).toBe(false);
  });

  it("admits what an authority of the same name has signed, and nobody else", () => {
    expect(isTrustedNamesake(issued, [authority], NOW)).toBe(true);
    expect(isTrustedNamesake(issued, [certify({ key: newKey() }), authority], NOW)).toBe(true);
    expect(isTrustedNamesake(issued, [certify({ key: newKey() })], NOW)).toBe(false);
    const byStranger = certify({ key: clientKey, signer: newKey() });
    expect(isTrustedNamesake(byStranger, [authority], NOW)).toBe(false);
  });

  it("goes by the names, too", () => {
    const other = certify({ key: authorityKey, subject: nameOf("other"), issuer: nameOf("other") });
    expect(isTrustedNamesake(issued, [other], NOW)).toBe(false);
  });

  it("lets no certificate sign others that is no authority", () => {
    // Another client, whom the authority has certified and who is in the trust store in his own right.
    const neighbour = certify({ key: clientKey, signer: authorityKey });
    const byNeighbour = certify({ key: newKey(), signer: clientKey });
    expect(isTrustedNamesake(byNeighbour, [authority, neighbour], NOW)).toBe(false);
    const leaf = certify({ key: authorityKey, extensions: [IS_NO_AUTHORITY] });
    expect(isTrustedNamesake(issued, [leaf], NOW)).toBe(false);
    const modern = certify({ key: authorityKey, extensions: [IS_AUTHORITY] });
    expect(isTrustedNamesake(issued, [modern], NOW)).toBe(true);
  });

  it("looks at the dates of both", () => {
    const expired = certify({ key: clientKey, signer: authorityKey, to: NOW - 1000 });
    expect(isTrustedNamesake(expired, [authority], NOW)).toBe(false);
    expect(isTrustedNamesake(expired, [authority, expired], NOW)).toBe(false);
    const early = certify({ key: clientKey, signer: authorityKey, from: NOW + 1000 });
    expect(isTrustedNamesake(early, [authority, early], NOW)).toBe(false);
    expect(isTrustedNamesake(issued, [certify({ key: authorityKey, to: NOW - 1000 })], NOW)).toBe(false);
  });

  it("leaves certificates with extensions to OpenSSL", () => {
    const limited = certify({ key: clientKey, signer: authorityKey, extensions: [IS_NO_AUTHORITY] });
    expect(isTrustedNamesake(limited, [authority], NOW)).toBe(false);
    expect(isTrustedNamesake(limited, [authority, limited], NOW)).toBe(true);
  });

  it("takes no weak signatures and keys", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const weak = generateKeyPairSync("rsa", { modulusLength: 768 });
    const by = (key: KeyPair, algorithm: Buffer, digest = "sha256") =>
      isTrustedNamesake(
        certify({ key: clientKey, signer: key, algorithm, digest }),
        [certify({ key, algorithm, digest })],
        NOW,
      );
    expect(by(rsa, RSA_SHA256)).toBe(true);
    expect(by(rsa, RSA_SHA1, "sha1")).toBe(false);
    expect(by(weak, RSA_SHA256)).toBe(false);
    expect(by(generateKeyPairSync("ec", { namedCurve: "secp192k1" }), ECDSA_SHA256)).toBe(false);
  });
});

describe("TlsAcceptor and certificates of one name", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const today = { from: Date.now() - DAY_MS, to: Date.now() + DAY_MS };
  const root = certify({ key: authorityKey, ...today });
  const pem = (key: KeyPair) => key.privateKey.export({ type: "pkcs8", format: "pem" });

  /** What comes of a client that shows this certificate to a server whose root has the same name. */
  async function show(shown: X509Certificate, trusted: readonly X509Certificate[] = [root], key = clientKey) {
    const serverKey = newKey();
    const cert = certify({ key: serverKey, signer: authorityKey, ...today }).toString();
    const ca = trusted.map(String);
    const acceptor = new TlsAcceptor({ key: pem(serverKey), cert, ca, allowPartialTrustChain: true }, "need");
    const outcome = Promise.withResolvers<string>();
    const server = createServer((socket) => {
      cleanups.push(() => socket.destroy());
      acceptor.secure(socket).then(
        ({ subjectDn }) => outcome.resolve(`admitted ${subjectDn}`),
        (error: unknown) => (error instanceof TlsError ? outcome.resolve(error.code) : outcome.reject(error)),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = connectTls({
      port,
      host: "127.0.0.1",
      rejectUnauthorized: false,
      key: pem(key),
      cert: shown.toString(),
    });
    client.on("error", () => {});
    cleanups.push(
      () => server.close(),
      () => client.destroy(),
    );
    return outcome.promise;
  }

  it("admits one that its root has signed, or that it trusts in itself", async () => {
    expect(await show(certify({ key: clientKey, signer: authorityKey, ...today }))).toBe("admitted CN=vm");
    const alone = certify({ key: clientKey, ...today });
    expect(await show(alone, [root, alone])).toBe("admitted CN=vm");
  });

  it("refuses one of a stranger, and one that has expired", async () => {
    expect(await show(certify({ key: clientKey, ...today }))).toBe("certificate");
    expect(await show(certify({ key: clientKey, signer: newKey(), ...today }))).toBe("certificate");
    const expired = certify({ key: clientKey, signer: authorityKey, from: 0, to: Date.now() - 1000 });
    expect(await show(expired)).toBe("certificate");
    expect(await show(expired, [root, expired])).toBe("certificate");
  });

  it("survives a name that it cannot read", async () => {
    // A type with an arc beyond 64 bits.
    const odd = nameOf("x", "06 0d 55 ff ff ff ff ff ff ff ff ff ff ff 7f");
    expect(await show(certify({ key: clientKey, subject: odd, issuer: odd, ...today }))).toBe("certificate");
  });
});

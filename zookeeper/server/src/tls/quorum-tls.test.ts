import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TlsError } from "@branta/foundation-net";
import { type Link, NodeNetwork } from "@branta/foundation-runtime";
import { afterEach, describe, expect, it } from "vitest";
import type { TlsSettings } from "../config/server-config.ts";
import { QuorumTls, type QuorumTlsConfig } from "./quorum-tls.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../foundation/net/src/key-stores/fixtures/${name}`, import.meta.url));

const quorumTls: TlsSettings = {
  keyStoreLocation: fixture("server.jks"),
  keyStorePassword: "branta-test",
  keyStorePasswordPath: null,
  keyStoreType: null,
  trustStoreLocation: fixture("trust.jks"),
  trustStorePassword: "branta-test",
  trustStorePasswordPath: null,
  trustStoreType: null,
  protocol: "TLSv1.3",
  enabledProtocols: [],
  cipherSuites: [],
  clientAuth: "need",
  hostnameVerification: true,
  clientHostnameVerification: null,
  allowReverseDnsLookup: false,
  crl: false,
  ocsp: false,
  handshakeDetectionTimeoutMs: 5000,
  contextSupplierClass: null,
  authProvider: "x509",
  sslProvider: "JDK",
};
const nameless = { ...quorumTls, keyStoreLocation: fixture("nameless.pem"), keyStorePassword: "" };
const secure: QuorumTlsConfig = {
  sslQuorum: true,
  quorumPortUnification: false,
  sslQuorumReloadCertFiles: false,
  quorumTls,
  fipsMode: true,
};
const plain = { ...secure, sslQuorum: false };
const checking = { ...secure, fipsMode: false };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function networkOf(config: QuorumTlsConfig): Promise<NodeNetwork> {
  const tls = await QuorumTls.open(config);
  cleanups.push(() => tls?.[Symbol.dispose]());
  return new NodeNetwork(tls);
}

/** What a server hears of one that dials it and says "hello"; or why it heard nothing. */
async function heard(dialling: QuorumTlsConfig, accepting: QuorumTlsConfig): Promise<string> {
  const told = Promise.withResolvers<string>();
  const listener = await (
    await networkOf(accepting)
  ).listen({
    host: "127.0.0.1",
    port: 0,
    onLink: (link: Link) =>
      link.open({ onData: (chunk) => told.resolve(chunk.toString()), onClose: () => told.resolve("closed") }),
    onRefused: (error) => told.resolve(`refused: ${error.message}`),
  });
  cleanups.push(() => listener[Symbol.asyncDispose]());
  const dialled = (await networkOf(dialling)).dial({ host: "127.0.0.1", port: listener.port, timeoutMs: 2000 });
  const outcome = await dialled.then(
    (link) => {
      cleanups.push(() => link.destroy());
      link.open({ onData: () => {}, onClose: () => {} });
      link.write(Buffer.from("hello"));
      return told.promise;
    },
    (error: Error) => `not dialled: ${error.message}`,
  );
  return outcome;
}

describe("TLS between servers", () => {
  it("is spoken by both, or by none", async () => {
    expect(await heard(secure, secure)).toBe("hello");
    expect(await QuorumTls.open(plain)).toBeNull();
    expect(await heard(plain, plain)).toBe("hello");
  });

  it("is required where it is on", async () => {
    expect(await heard(plain, secure)).toMatch(/refused: Cannot accept/);
  });

  it("is a matter of choice on a unified port", async () => {
    const either = { ...plain, quorumPortUnification: true };
    expect(await heard(plain, either)).toBe("hello");
    expect(await heard(secure, either)).toBe("hello");
    expect(await heard(either, plain)).toBe("hello");
    expect(await heard(either, { ...secure, quorumPortUnification: true })).toBe("hello");
  });

  it("looks at host names where FIPS mode is off, in both directions", async () => {
    expect(await heard(checking, checking)).toBe("hello");
    expect(await heard(secure, { ...secure, quorumTls: nameless })).toBe("hello");
    expect(await heard(checking, { ...secure, quorumTls: nameless })).toMatch(/not dialled: .* must name that host/);
    expect(await heard({ ...secure, quorumTls: nameless }, checking)).toMatch(/refused: .* must name that host/);
    const lenient = { ...checking, quorumTls: { ...quorumTls, clientHostnameVerification: false } };
    expect(await heard({ ...secure, quorumTls: nameless }, lenient)).toBe("hello");
    const blind = { ...checking, quorumTls: { ...quorumTls, hostnameVerification: false } };
    expect(await heard(blind, { ...secure, quorumTls: nameless })).toBe("hello");
  });

  it("takes up new keys when the stores change, and says when it could not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "branta-quorum-tls-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const keyStoreLocation = join(folder, "key.pem");
    await copyFile(fixture("server.pem"), keyStoreLocation);
    const settings = { ...quorumTls, keyStoreLocation, keyStorePassword: "" };
    const reloads: ((error: TlsError | null) => void)[] = [];
    const next = () => new Promise<TlsError | null>((resolve) => reloads.push(resolve));
    const tls = await QuorumTls.open(
      { ...secure, sslQuorumReloadCertFiles: true, quorumTls: settings },
      { onReload: (error) => reloads.shift()?.(error) },
    );
    cleanups.push(() => tls![Symbol.dispose]());
    const first = next();
    await copyFile(fixture("client.pem"), keyStoreLocation);
    expect(await first).toBeNull();
    const second = next();
    await copyFile(fixture("ca.pem"), keyStoreLocation);
    expect((await second)?.message).toContain("ssl.quorum.keyStore");
  });

  it("does not begin without what it needs", async () => {
    await expect(QuorumTls.open({ ...secure, quorumTls: { ...quorumTls, keyStoreLocation: null } })).rejects.toThrow(
      "ssl.quorum.keyStore.location",
    );
  });
});

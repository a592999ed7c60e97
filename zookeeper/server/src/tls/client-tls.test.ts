import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { loadTlsMaterial, TlsError } from "@branta/foundation-net";
import { afterEach, describe, expect, it } from "vitest";
import type { TlsSettings } from "../config/server-config.ts";
import { type AdmittedClient, ClientTls } from "./client-tls.ts";
import { tlsMaterialSettings } from "./tls-material-settings.ts";

const FIXTURES = new URL("../../../../foundation/net/src/key-stores/fixtures/", import.meta.url);
const fixture = (name: string) => fileURLToPath(new URL(name, FIXTURES));

const settings = (more: Partial<TlsSettings> = {}): TlsSettings => ({
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
  allowReverseDnsLookup: null,
  crl: false,
  ocsp: false,
  handshakeDetectionTimeoutMs: 5000,
  contextSupplierClass: null,
  authProvider: "x509",
  sslProvider: "JDK",
  ...more,
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(tls: ClientTls, how: "admitSecure" | "admitEither") {
  cleanups.push(() => tls.close());
  const admitted = Promise.withResolvers<AdmittedClient>();
  admitted.promise.catch(() => {});
  const server = createServer((socket: Socket) => void tls[how](socket).then(admitted.resolve, admitted.reject));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, admitted: admitted.promise };
}

async function dial(port: number, identity: string | null): Promise<TLSSocket> {
  const files = settings({ keyStoreLocation: fixture(identity ?? "server.pem"), keyStorePassword: "" });
  const material = identity === null ? {} : await loadTlsMaterial(tlsMaterialSettings(files, "ssl."));
  const socket = connectTls({ ...material, port, host: "127.0.0.1", rejectUnauthorized: false });
  socket.on("error", () => {});
  cleanups.push(() => socket.destroy());
  return socket;
}

describe("ClientTls", () => {
  it("admits clients by their certificate and names them", async () => {
    const { port, admitted } = await serve(await ClientTls.open(settings(), { reload: false }), "admitSecure");
    const client = await dial(port, "server.pem");
    const { socket, isSecure, subjectDn } = await admitted;
    cleanups.push(() => socket.destroy());
    expect([isSecure, subjectDn]).toEqual([true, "CN=localhost,OU=Test,O=Branta,C=DE"]);
    client.write("x");
    expect(String((await once(socket, "data"))[0])).toBe("x");
  });

  it("serves TLS and plain clients on one port", async () => {
    const tls = await ClientTls.open(settings({ clientAuth: "none" }), { reload: false });
    const plain = await serve(tls, "admitEither");
    const client = connect(plain.port, "127.0.0.1");
    cleanups.push(() => client.destroy());
    client.write("ruok");
    const one = await plain.admitted;
    cleanups.push(() => one.socket.destroy());
    expect([one.isSecure, one.subjectDn]).toEqual([false, null]);
    expect(String((await once(one.socket, "data"))[0])).toBe("ruok");
    const secure = await serve(tls, "admitEither");
    await dial(secure.port, null);
    const other = await secure.admitted;
    cleanups.push(() => other.socket.destroy());
    expect(other.isSecure).toBe(true);
    expect(tls.outstandingCount).toBe(0);
  });

  it("checks, where asked, that a certificate is for the client's host", async () => {
    const checking = () => ClientTls.open(settings({ clientHostnameVerification: true }), { reload: false });
    const named = await serve(await checking(), "admitSecure");
    const client = await dial(named.port, "server.pem");
    client.write("early");
    const { socket } = await named.admitted;
    cleanups.push(() => socket.destroy());
    // The fixture names 127.0.0.1. What came before the check was over is still there.
    expect(String((await once(socket, "data"))[0])).toBe("early");
    const stranger = await serve(await checking(), "admitSecure");
    await dial(stranger.port, "nameless.pem");
    await expect(stranger.admitted).rejects.toThrow(/must name that host/);
  });

  it("takes up new keys when the store changes, and says when it could not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "branta-keys-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const keyStoreLocation = join(folder, "key.pem");
    await copyFile(fixture("server.pem"), keyStoreLocation);
    const reloads: ((error: TlsError | null) => void)[] = [];
    const nextReload = () => new Promise<TlsError | null>((resolve) => reloads.push(resolve));
    const tls = await ClientTls.open(settings({ keyStoreLocation, keyStorePassword: "", clientAuth: "none" }), {
      reload: true,
      onReload: (error) => reloads.shift()?.(error),
    });
    cleanups.push(() => tls.close());
    const first = nextReload();
    await copyFile(fixture("client.pem"), keyStoreLocation);
    expect(await first).toBeNull();
    const { port } = await serve(tls, "admitSecure");
    const client = await dial(port, null);
    await once(client, "secureConnect");
    expect(client.getPeerCertificate().subject.O).toContain("geese");
    const second = nextReload();
    await copyFile(fixture("ca.pem"), keyStoreLocation);
    expect(await second).toBeInstanceOf(TlsError);
  });

  it.each<[string, Partial<TlsSettings>]>([
    ["ssl.keyStore.location", { keyStoreLocation: null }],
    ["ssl.crl", { crl: true }],
    ["ssl.ocsp", { ocsp: true }],
    ["ssl.context.supplier.class", { contextSupplierClass: "com.example.Supplier" }],
    ["ssl.authProvider", { authProvider: "mine" }],
    ["ssl.enabledProtocols", { enabledProtocols: ["SSLv3"] }],
    ["ssl.keyStore", { keyStorePassword: "wrong" }],
  ])("does not open with %s as it cannot be", async (key, more) => {
    await expect(ClientTls.open(settings(more), { reload: false })).rejects.toThrow(key);
  });
});

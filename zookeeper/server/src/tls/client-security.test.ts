import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect as connectTls } from "node:tls";
import { loadTlsMaterial } from "@branta/foundation-net";
import { afterEach, describe, expect, it } from "vitest";
import type { TlsSettings } from "../config/server-config.ts";
import type { SocketGuard } from "../connection/client-listener.ts";
import { type ClientSecurityConfig, openClientSecurity } from "./client-security.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../foundation/net/src/key-stores/fixtures/${name}`, import.meta.url));
const tls: TlsSettings = {
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
  clientAuth: "want",
  hostnameVerification: true,
  clientHostnameVerification: null,
  allowReverseDnsLookup: null,
  crl: false,
  ocsp: false,
  handshakeDetectionTimeoutMs: 5000,
  contextSupplierClass: null,
  authProvider: "x509",
  sslProvider: "JDK",
};
const config = (more: Partial<ClientSecurityConfig> = {}): ClientSecurityConfig => ({
  systemProperties: new Map(),
  secureClientAddress: { host: "127.0.0.1", port: 0 },
  clientPortUnification: false,
  clientCertReload: false,
  tls,
  ...more,
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function recorder() {
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const record = (...line: unknown[]) => {
    lines.push(line.map(String).join(" "));
    waiting.shift()?.();
  };
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { lines, next, logger: { info: record, warn: record, error: record } };
}

async function open(more: Partial<ClientSecurityConfig> = {}, log = recorder()) {
  const security = await openClientSecurity(config(more), log.logger);
  cleanups.push(() => security[Symbol.dispose]());
  return security;
}

/** Lets one client through a guard. */
async function pass(guard: SocketGuard, identity: string | null) {
  const passed = Promise.withResolvers<Awaited<ReturnType<SocketGuard["secure"]>>>();
  const server = createServer((socket) => void guard.secure(socket).then(passed.resolve, passed.reject));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  const store =
    identity === null ? null : { location: fixture(identity), password: "", passwordPath: null, type: null };
  const material = await loadTlsMaterial({
    keyStore: store,
    trustStore: null,
    protocols: ["TLSv1.3"],
    cipherSuites: [],
    prefix: "ssl.",
  });
  const { port } = server.address() as AddressInfo;
  const client = connectTls({ ...material, port, host: "127.0.0.1", rejectUnauthorized: false }).on("error", () => {});
  cleanups.push(() => client.destroy());
  const { socket, isSecure, ids } = await passed.promise;
  cleanups.push(() => socket.destroy());
  return { isSecure, ids };
}

describe("openClientSecurity", () => {
  it("guards nothing and knows no users where nothing is configured", async () => {
    const { guards, newSaslServer } = await open({ secureClientAddress: null });
    expect(guards).toEqual({ client: null, secure: null });
    expect(newSaslServer()).toBeNull();
  });

  it("gives clients the ids of their certificates", async () => {
    const superUser = new Map([["zookeeper.X509AuthenticationProvider.superUser", "CN=nameless"]]);
    const { guards } = await open({ systemProperties: superUser });
    expect(guards.client).toBeNull();
    expect(await pass(guards.secure!, null)).toEqual({ isSecure: true, ids: [] });
    expect(await pass(guards.secure!, "server.pem")).toEqual({
      isSecure: true,
      ids: [{ scheme: "x509", id: "CN=localhost,OU=Test,O=Branta,C=DE" }],
    });
    expect(await pass(guards.secure!, "nameless.pem")).toEqual({
      isSecure: true,
      ids: [
        { scheme: "super", id: "CN=nameless" },
        { scheme: "x509", id: "CN=nameless" },
      ],
    });
  });

  it("guards the plain port too where it is unified", async () => {
    const { guards } = await open({ secureClientAddress: null, clientPortUnification: true });
    expect((await pass(guards.client!, null)).isSecure).toBe(true);
  });

  it("starts SASL exchanges for the users of the JAAS file, each with a nonce of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "branta-security-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const jaas = join(folder, "jaas.conf");
    await writeFile(jaas, 'Server { a.DigestLoginModule required user_bob="x"; };');
    const { newSaslServer } = await open({
      secureClientAddress: null,
      systemProperties: new Map([["java.security.auth.login.config", jaas]]),
    });
    const challenge = () => {
      const step = newSaslServer()!.evaluate(Buffer.alloc(0));
      return step.kind === "challenge" ? step.token.toString() : step.kind;
    };
    expect(challenge()).toMatch(/^realm="zk-sasl-md5",nonce="[^"]{40}",charset=utf-8,algorithm=md5-sess$/);
    expect(challenge()).not.toBe(challenge());
  });

  it("warns of providers it does not have, and logs what became of changed stores", async () => {
    const folder = await mkdtemp(join(tmpdir(), "branta-security-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const keyStoreLocation = join(folder, "key.pem");
    await copyFile(fixture("server.pem"), keyStoreLocation);
    const log = recorder();
    await open(
      {
        systemProperties: new Map([["zookeeper.authProvider.1", "com.example.Mine"]]),
        clientCertReload: true,
        tls: { ...tls, keyStoreLocation, keyStorePassword: "" },
      },
      log,
    );
    expect(log.lines[0]).toContain('"com.example.Mine"');
    let told = log.next();
    await copyFile(fixture("nameless.pem"), keyStoreLocation);
    await told;
    expect(log.lines[1]).toBe("Read the key and trust stores again");
    told = log.next();
    await copyFile(fixture("ca.pem"), keyStoreLocation);
    await told;
    expect(log.lines[2]).toContain("those in use stay");
  });
});

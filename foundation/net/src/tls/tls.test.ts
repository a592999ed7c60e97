import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { openSslCipherName } from "./cipher-names.ts";
import { detectTls } from "./detect-tls.ts";
import { FileWatch } from "./file-watch.ts";
import { readStoreFile, type StoreFile } from "./store-file.ts";
import { type ClientAuth, type SecureConnection, TlsAcceptor } from "./tls-acceptor.ts";
import { TlsError } from "./tls-error.ts";
import { loadTlsMaterial, type TlsMaterialSettings } from "./tls-material.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../key-stores/fixtures/${name}`, import.meta.url));
const file = (name: string, more: Partial<StoreFile> = {}): StoreFile => ({
  location: fixture(name),
  password: "branta-test",
  passwordPath: null,
  type: null,
  ...more,
});
const settings = (more: Partial<TlsMaterialSettings> = {}): TlsMaterialSettings => ({
  keyStore: file("server.jks"),
  trustStore: file("trust.jks"),
  protocols: ["TLSv1.2", "TLSv1.3"],
  cipherSuites: [],
  prefix: "ssl.",
  ...more,
});
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof TlsError ? error.code : error),
  );

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A loopback server that hands each connection to `serve`. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function acceptOne(clientAuth: ClientAuth, more: Partial<TlsMaterialSettings> = {}) {
  const acceptor = new TlsAcceptor(await loadTlsMaterial(settings(more)), clientAuth);
  const accepted = Promise.withResolvers<SecureConnection>();
  accepted.promise.catch(() => {});
  const port = await listen((socket) => void acceptor.secure(socket).then(accepted.resolve, accepted.reject));
  return { acceptor, port, accepted: accepted.promise };
}

function dial(port: number, options: ConnectionOptions = {}): TLSSocket {
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
  socket.on("error", () => {});
  cleanups.push(() => socket.destroy());
  return socket;
}

const clientIdentity = () =>
  loadTlsMaterial(settings({ keyStore: file("client.pem", { password: "" }), trustStore: file("ca.pem") }));

describe("TlsAcceptor", () => {
  it("shakes hands with a client that trusts the authority, and names its certificate", async () => {
    const { port, accepted, acceptor } = await acceptOne("need");
    const client = dial(port, { ...(await clientIdentity()), rejectUnauthorized: true, servername: "localhost" });
    const { socket, subjectDn } = await accepted;
    cleanups.push(() => socket.destroy());
    expect(subjectDn).toContain("O=Branta\\, Inc.");
    expect(acceptor.outstandingCount).toBe(0);
    client.write("ping");
    expect(String((await once(socket, "data"))[0])).toBe("ping");
  });

  it("wants a certificate only where one is needed", async () => {
    const need = await acceptOne("need");
    dial(need.port);
    expect(await codeOf(need.accepted)).toBe("certificate");
    for (const clientAuth of ["want", "none"] as const) {
      const { port, accepted } = await acceptOne(clientAuth);
      dial(port);
      const { socket, subjectDn } = await accepted;
      cleanups.push(() => socket.destroy());
      expect(subjectDn).toBeNull();
    }
  });

  it("takes trusted certificates where none is needed, and refuses others", async () => {
    const shown = await loadTlsMaterial(settings({ keyStore: file("server.pem", { password: "" }), trustStore: null }));
    const trusting = await acceptOne("want", { trustStore: file("server.pem") });
    dial(trusting.port, shown);
    const connection = await trusting.accepted;
    cleanups.push(() => connection.socket.destroy());
    expect(connection.subjectDn).toBe("CN=localhost,OU=Test,O=Branta,C=DE");
    const distrusting = await acceptOne("want", { trustStore: null });
    dial(distrusting.port, shown);
    expect(await codeOf(distrusting.accepted)).toBe("certificate");
  });

  it("fails on what is no TLS, and on connections that end", async () => {
    const noise = await acceptOne("none");
    const plain = connect(noise.port, "127.0.0.1").on("error", () => {});
    plain.write("GET / HTTP/1.0\r\n\r\n");
    expect(await codeOf(noise.accepted)).toBe("handshake");
    const gone = await acceptOne("none");
    connect(gone.port, "127.0.0.1", function connected(this: Socket) {
      this.destroy();
    }).on("error", () => {});
    expect(["handshake", "closed"]).toContain(await codeOf(gone.accepted));
    expect(gone.acceptor.outstandingCount).toBe(0);
  });

  it("does not wait for a socket that is closed already", async () => {
    const acceptor = new TlsAcceptor(await loadTlsMaterial(settings()), "none");
    const { Socket } = await import("node:net");
    expect(await codeOf(acceptor.secure(new Socket()))).toBe("closed");
  });

  it("changes its keys between handshakes, and keeps them when the new ones do not fit", async () => {
    const acceptor = new TlsAcceptor(await loadTlsMaterial(settings()), "none");
    const port = await listen((socket) => void acceptor.secure(socket).catch(() => {}));
    const subjectShown = async () => {
      const client = dial(port);
      await once(client, "secureConnect");
      return client.getPeerCertificate().subject.CN;
    };
    expect(await subjectShown()).toBe("localhost");
    expect(() => acceptor.replaceContext({ key: "broken", cert: "broken" })).toThrow(TlsError);
    expect(await subjectShown()).toBe("localhost");
    acceptor.replaceContext(await clientIdentity());
    expect(await subjectShown()).toBe(" #client\\\\ ");
    expect(() => new TlsAcceptor({ key: "broken", cert: "broken" }, "none")).toThrow(TlsError);
  });
});

describe("detectTls", () => {
  async function detect(first: string | null, timeoutMs = 10_000) {
    const detected = Promise.withResolvers<{ kind: "tls" | "plain"; socket: Socket }>();
    detected.promise.catch(() => {});
    const port = await listen((socket) => {
      cleanups.push(() => socket.destroy());
      detectTls(socket, { timeoutMs }).then((kind) => detected.resolve({ kind, socket }), detected.reject);
    });
    const client = connect(port, "127.0.0.1").on("error", () => {});
    cleanups.push(() => client.destroy());
    if (first !== null) client.write(first);
    return { client, port, detected: detected.promise };
  }

  it("sees plain connections and keeps their bytes", async () => {
    const { client, detected } = await detect("ruok");
    const { kind, socket } = await detected;
    expect(kind).toBe("plain");
    const all: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => all.push(chunk));
    client.end(" more");
    await once(socket, "end");
    expect(Buffer.concat(all).toString()).toBe("ruok more");
  });

  it("sees TLS and lets the handshake go on", async () => {
    const acceptor = new TlsAcceptor(await loadTlsMaterial(settings()), "none");
    const port = await listen((socket) => {
      void detectTls(socket, { timeoutMs: 10_000 }).then(async (kind) => {
        expect(kind).toBe("tls");
        const secure = await acceptor.secure(socket);
        secure.socket.end("hello");
      });
    });
    const [data] = (await once(dial(port), "data")) as [Buffer];
    expect(data.toString()).toBe("hello");
  });

  it("gives up on silence, on an early end and on errors", async () => {
    const silent = await detect(null, 5);
    expect(await codeOf(silent.detected)).toBe("timeout");
    const early = await detect(null);
    await once(early.client, "connect");
    early.client.end();
    expect(await codeOf(early.detected)).toBe("closed");
    const reset = await detect(null);
    await once(reset.client, "connect");
    reset.client.resetAndDestroy();
    expect(await codeOf(reset.detected)).toBe("closed");
  });
});

describe("stores on disk", () => {
  it("tell their type by suffix or setting", async () => {
    expect((await readStoreFile(file("server.jks"), "ssl.keyStore")).keys).toHaveLength(1);
    expect((await readStoreFile(file("java.p12", { type: "pkcs12" }), "ssl.keyStore")).keys).toHaveLength(1);
    expect(await codeOf(readStoreFile(file("secret.jceks"), "ssl.keyStore"))).toBe("setting");
    expect(await codeOf(readStoreFile(file("secret.jceks", { type: "BCFKS" }), "ssl.keyStore"))).toBe("setting");
    expect(await codeOf(readStoreFile(file("none.jks"), "ssl.keyStore"))).toBe("store");
    expect(await codeOf(readStoreFile({ ...file("none"), location: "plainname" }, "ssl.keyStore"))).toBe("setting");
    expect(await codeOf(readStoreFile(file("server.jks", { password: null }), "ssl.keyStore"))).toBe("store");
  });

  it("take their password from a file first", async () => {
    const folder = await mkdtemp(join(tmpdir(), "branta-tls-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const passwordPath = join(folder, "password");
    await writeFile(passwordPath, "branta-test\n");
    expect(
      (await readStoreFile(file("server.jks", { password: "wrong", passwordPath }), "ssl.keyStore")).keys,
    ).toHaveLength(1);
    await writeFile(passwordPath, "branta-test");
    expect((await readStoreFile(file("server.jks", { passwordPath }), "ssl.keyStore")).keys).toHaveLength(1);
    expect(
      await codeOf(readStoreFile(file("server.jks", { passwordPath: join(folder, "none") }), "ssl.keyStore")),
    ).toBe("store");
  });

  it("must hold what they are for", async () => {
    expect(await codeOf(loadTlsMaterial(settings({ keyStore: file("trust.jks") })))).toBe("store");
    expect(await codeOf(loadTlsMaterial(settings({ trustStore: file("server.jks") })))).toBe("store");
    const folder = await mkdtemp(join(tmpdir(), "branta-tls-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const client = await readFile(fixture("client.pem"), "utf8");
    const keyOnly = join(folder, "key.pem");
    await writeFile(keyOnly, client.slice(0, client.indexOf("-----BEGIN CERTIFICATE")));
    expect(
      await codeOf(loadTlsMaterial(settings({ keyStore: { ...file("x"), location: keyOnly, password: "" } }))),
    ).toBe("store");
    const mixed = join(folder, "mixed.pem");
    await writeFile(mixed, (await readFile(keyOnly, "utf8")) + (await readFile(fixture("ca.pem"), "utf8")));
    expect(await codeOf(loadTlsMaterial(settings({ keyStore: { ...file("x"), location: mixed, password: "" } })))).toBe(
      "store",
    );
  });
});

describe("versions and ciphers", () => {
  it("are taken by Java's names", async () => {
    const material = await loadTlsMaterial(
      settings({ protocols: ["TLSv1.2", "SSLv2Hello"], cipherSuites: ["TLS_RSA_WITH_AES_128_CBC_SHA"] }),
    );
    expect([material.minVersion, material.maxVersion, material.ciphers]).toEqual([
      "TLSv1.2",
      "TLSv1.2",
      "AES128-SHA:@SECLEVEL=1",
    ]);
    expect((await loadTlsMaterial(settings({ protocols: ["TLS"] }))).minVersion).toBe("TLSv1.3");
    expect(await codeOf(loadTlsMaterial(settings({ protocols: ["SSLv3"] })))).toBe("setting");
    expect(await codeOf(loadTlsMaterial(settings({ protocols: ["SSLv2Hello"] })))).toBe("setting");
  });

  it.each([
    ["TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"],
    ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
    ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384"],
    ["TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "DHE-RSA-AES256-SHA"],
    ["TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384"],
    ["SSL_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA"],
    ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"],
    ["TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", "CAMELLIA128-SHA"],
    ["ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-SHA"],
  ])("%s is %s in OpenSSL", (java, openSsl) => expect(openSslCipherName(java)).toBe(openSsl));
});

describe("FileWatch", () => {
  it("tells of new content, and not of writing the same again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "branta-watch-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const path = join(folder, "store");
    await writeFile(path, "one");
    const changed = Promise.withResolvers<void>();
    const watch = await FileWatch.start([path], { onChange: changed.resolve, onError: changed.reject });
    cleanups.push(() => watch.close());
    await writeFile(path, "two");
    await changed.promise;
  });
});

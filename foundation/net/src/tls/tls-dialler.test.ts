import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { StoreFile } from "./store-file.ts";
import { TlsAcceptor } from "./tls-acceptor.ts";
import { TlsDialler } from "./tls-dialler.ts";
import { loadTlsMaterial } from "./tls-material.ts";

const file = (name: string): StoreFile => ({
  location: fileURLToPath(new URL(`../key-stores/fixtures/${name}`, import.meta.url)),
  password: "branta-test",
  passwordPath: null,
  type: null,
});
const material = (key: string, trust: string | null) =>
  loadTlsMaterial({
    keyStore: { ...file(key), password: key.endsWith(".pem") ? "" : "branta-test" },
    trustStore: trust === null ? null : file(trust),
    protocols: ["TLSv1.2", "TLSv1.3"],
    cipherSuites: [],
    prefix: "ssl.quorum.",
  });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A plain connection to a server on loopback that does `serve` with it. */
async function connection(serve: (socket: Socket) => void): Promise<Socket> {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  cleanups.push(() => socket.destroy());
  return socket;
}

async function acceptWith(key: string): Promise<(socket: Socket) => void> {
  const acceptor = new TlsAcceptor(await material(key, "trust.jks"), "need");
  return (socket) =>
    void acceptor.secure(socket).then(
      ({ socket }) => socket.on("data", (chunk) => socket.write(chunk)),
      () => {},
    );
}

describe("TlsDialler", () => {
  it("shows its certificate, checks the server's, and lets both talk", async () => {
    const plain = await connection(await acceptWith("server.jks"));
    const dialler = new TlsDialler(await material("client.pem", "trust.jks"));
    const { socket, subjectDn } = await dialler.secure(plain, "localhost");
    cleanups.push(() => socket.destroy());
    expect(subjectDn).toBe("CN=localhost,OU=Test,O=Branta,C=DE");
    socket.write("x");
    expect(String((await once(socket, "data"))[0])).toBe("x");
  });

  it("refuses a server that it has no reason to trust, until it has one", async () => {
    const serve = await acceptWith("server.jks");
    const dialler = new TlsDialler(await material("client.pem", null));
    const refused = dialler.secure(await connection(serve), "127.0.0.1");
    await expect(refused).rejects.toMatchObject({ code: "certificate", message: expect.stringContaining("trusted") });
    dialler.replaceContext(await material("client.pem", "trust.jks"));
    const { socket } = await dialler.secure(await connection(serve), "127.0.0.1");
    socket.destroy();
  });

  it("says when a server does not speak TLS, or ends", async () => {
    const dialler = new TlsDialler(await material("client.pem", "trust.jks"));
    const other = dialler.secure(await connection((socket) => socket.end("HTTP/1.1 400\r\n\r\n")), "127.0.0.1");
    await expect(other).rejects.toMatchObject({ name: "TlsError", code: "handshake" });
    const gone = dialler.secure(await connection((socket) => socket.destroy()), "127.0.0.1");
    await expect(gone).rejects.toMatchObject({ name: "TlsError" });
    expect(() => new TlsDialler({ ciphers: "NO-SUCH-CIPHER" })).toThrow("Cannot set up TLS");
  });
});

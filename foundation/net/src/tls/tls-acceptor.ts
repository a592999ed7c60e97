import { constants, X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import type { SecureContextOptions, Server, TLSSocket } from "node:tls";
import { certificateSubject } from "../key-stores/distinguished-name.ts";
import { TlsError } from "./tls-error.ts";
import { isTrustedNamesake, NAMESAKE_ERROR } from "./trusted-namesake.ts";

/** Netty's limit in Apache's server. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Whether a client must show a certificate. A certificate that is shown must be trusted in any case. */
export type ClientAuth = "need" | "want" | "none";

/** A connection that got through its handshake. */
export interface SecureConnection {
  readonly socket: TLSSocket;
  /** The client's certificate, DER; null when it showed none. */
  readonly certificate: Buffer | null;
  /** Its subject as Java writes it. */
  readonly subjectDn: string | null;
}

interface Waiting {
  readonly resolve: (connection: SecureConnection) => void;
  readonly reject: (error: TlsError) => void;
}

/** Takes the server's part in TLS handshakes, for sockets that someone else accepted. */
export class TlsAcceptor {
  readonly #server: Server;
  readonly #clientAuth: ClientAuth;
  readonly #waiting = new Map<string, Waiting>();
  #context: SecureContextOptions;
  /** What the context trusts; read when it is first asked for. */
  #authorities: readonly X509Certificate[] | null = null;

  /** @param context own key and trust, see loadTlsMaterial. @throws TlsError "setting" when OpenSSL refuses them. */
  constructor(context: SecureContextOptions, clientAuth: ClientAuth) {
    this.#clientAuth = clientAuth;
    this.#context = context;
    try {
      // It never listens: handing it sockets gives the checks of node's own server, and its way to change the context.
      // Only now, and without waiting: as a module it makes text of every certificate authority, 8 ms and 3 MiB.
      const { createServer } = process.getBuiltinModule("node:tls");
      this.#server = createServer({
        ...hardened(context),
        requestCert: clientAuth !== "none",
        // Checked below, where the reason can still be told; node would only close the connection.
        rejectUnauthorized: false,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      });
    } catch (error) {
      throw new TlsError("setting", `Cannot set up TLS: ${(error as Error).message}`, error);
    }
    this.#server.on("secureConnection", (socket) => this.#secured(socket));
    this.#server.on("tlsClientError", (error, socket) => this.#failed(error, socket));
  }

  /** How many handshakes are under way. */
  get outstandingCount(): number {
    return this.#waiting.size;
  }

  /**
   * Shakes hands with the client behind a socket. Bytes that were read and put back, see detectTls, are part of it.
   * @throws TlsError "handshake", "certificate" or "closed"; the socket is destroyed.
   */
  secure(socket: Socket): Promise<SecureConnection> {
    return new Promise((resolve, reject) => {
      const key = keyOf(socket);
      if (key === null) {
        socket.destroy();
        reject(new TlsError("closed", "Cannot shake hands: the connection is closed"));
        return;
      }
      const waiting = { resolve, reject };
      this.#waiting.set(key, waiting);
      socket.once("close", () => {
        if (this.#waiting.get(key) === waiting) this.#waiting.delete(key);
        reject(new TlsError("closed", `Cannot shake hands with ${key}: it closed`));
      });
      this.#server.emit("connection", socket);
    });
  }

  /** Uses another key or other authorities from the next handshake on. @throws TlsError "setting"; the old ones stay. */
  replaceContext(context: SecureContextOptions): void {
    try {
      this.#server.setSecureContext(hardened(context));
      this.#context = context;
      this.#authorities = null;
    } catch (error) {
      throw new TlsError("setting", `Cannot change TLS keys: ${(error as Error).message}`, error);
    }
  }

  #secured(socket: TLSSocket): void {
    const waiting = this.#take(keyOf(socket));
    try {
      const connection = this.#admit(socket);
      if (waiting === undefined) socket.destroy();
      else waiting.resolve(connection);
    } catch (error) {
      // Whatever is odd about a certificate that anybody may send ends this connection, and nothing else.
      const wrong = error instanceof TlsError ? error : unreadable(socket, error as Error);
      waiting?.reject(wrong);
      socket.destroy();
    }
  }

  /** @throws TlsError "certificate", KeyStoreError when a client cannot be let in by what it has shown. */
  #admit(socket: TLSSocket): SecureConnection {
    const shown = this.#clientAuth === "none" ? undefined : socket.getPeerX509Certificate();
    if (shown === undefined) {
      if (this.#clientAuth === "need") throw refusal(socket, "it must show a certificate");
      return { socket, certificate: null, subjectDn: null };
    }
    const certificate = shown.raw;
    const subjectDn = certificateSubject(certificate);
    if (!socket.authorized && !this.#isTrustedNamesake(socket, shown)) {
      throw refusal(socket, `its certificate (${subjectDn}) must be trusted: ${String(socket.authorizationError)}`);
    }
    return { socket, certificate, subjectDn };
  }

  #isTrustedNamesake(socket: TLSSocket, shown: X509Certificate): boolean {
    // Declared as an error; in fact it is the code of one.
    if (String(socket.authorizationError) !== NAMESAKE_ERROR) return false;
    this.#authorities ??= [this.#context.ca ?? []].flat().map((authority) => new X509Certificate(authority));
    return isTrustedNamesake(shown, this.#authorities, Date.now());
  }

  #failed(error: Error & { code?: string }, socket: TLSSocket): void {
    const peer = keyOf(socket);
    const code = error.code === "ERR_TLS_HANDSHAKE_TIMEOUT" ? "timeout" : "handshake";
    this.#take(peer)?.reject(
      new TlsError(code, `Cannot shake hands with ${peer ?? "a client"}: ${error.message}`, error),
    );
    socket.destroy();
  }

  #take(key: string | null): Waiting | undefined {
    if (key === null) return undefined;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiting;
  }
}

function hardened(context: SecureContextOptions): SecureContextOptions {
  // Renegotiation lets a client burn the server's time; tickets would let one in on a trust that has been withdrawn since.
  return { ...context, secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET };
}

function refusal(socket: Socket, why: string): TlsError {
  return new TlsError("certificate", `Cannot admit ${keyOf(socket)}: ${why}`);
}

function unreadable(socket: Socket, error: Error): TlsError {
  return new TlsError(
    "certificate",
    `Cannot admit ${keyOf(socket)}: its certificate must be readable: ${error.message}`,
    error,
  );
}

/** What node's events have in common with the socket they are about; unique among open connections. */
function keyOf(socket: Socket): string | null {
  const { remoteAddress, remotePort, localPort } = socket;
  return remoteAddress === undefined ? null : `${remoteAddress}:${remotePort} (port ${localPort})`;
}

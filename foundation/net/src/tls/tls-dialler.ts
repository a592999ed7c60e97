import { constants, X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import type { SecureContext, SecureContextOptions, TLSSocket } from "node:tls";
import { certificateSubject } from "../key-stores/distinguished-name.ts";
import type { SecureConnection } from "./tls-acceptor.ts";
import { TlsError } from "./tls-error.ts";
import { isTrustedNamesake, NAMESAKE_ERROR } from "./trusted-namesake.ts";

/** Takes the client's part in TLS handshakes, for connections that someone else opened. */
export class TlsDialler {
  #secureContext: SecureContext;
  #authorities: readonly X509Certificate[];

  /** @param context own key and trust, see loadTlsMaterial. @throws TlsError "setting" when OpenSSL refuses them. */
  constructor(context: SecureContextOptions) {
    this.#secureContext = secureContext(context);
    this.#authorities = authoritiesOf(context);
  }

  /**
   * Shakes hands with the server behind a socket. Its certificate must be trusted; whether it is the right one's is for the
   * caller to judge.
   * @param host the name that was dialled; the server is told, unless it is an address.
   * @throws TlsError "handshake", "certificate" or "closed"; the socket is destroyed.
   */
  secure(socket: Socket, host: string): Promise<SecureConnection> {
    const { connect } = process.getBuiltinModule("node:tls");
    return new Promise((resolve, reject) => {
      const secure = connect({
        socket,
        secureContext: this.#secureContext,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        // Checked below, where the reason can still be told.
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
      const fail = (error: Error) => {
        secure.destroy();
        socket.destroy();
        const why = `Cannot shake hands with ${host}: ${error.message}`;
        reject(error instanceof TlsError ? error : new TlsError("handshake", why, error));
      };
      // An error that comes later has others to listen to it, and the first one here does not matter then.
      secure.on("error", fail);
      secure.once("close", () => fail(new TlsError("closed", `Cannot shake hands with ${host}: it closed`)));
      secure.once("secureConnect", () => {
        try {
          resolve(this.#admit(secure, host));
        } catch (error) {
          fail(error as Error);
        }
      });
    });
  }

  /** Uses another key or other authorities from the next handshake on. @throws TlsError "setting"; the old ones stay. */
  replaceContext(context: SecureContextOptions): void {
    this.#secureContext = secureContext(context);
    this.#authorities = authoritiesOf(context);
  }

  #admit(socket: TLSSocket, host: string): SecureConnection {
    const shown = socket.getPeerX509Certificate();
    if (shown === undefined) throw new TlsError("certificate", `Cannot use ${host}: it must show a certificate`);
    const subjectDn = certificateSubject(shown.raw);
    if (!socket.authorized && !this.#isTrustedNamesake(socket, shown)) {
      const why = `its certificate (${subjectDn}) must be trusted: ${String(socket.authorizationError)}`;
      throw new TlsError("certificate", `Cannot use ${host}: ${why}`);
    }
    return { socket, certificate: shown.raw, subjectDn };
  }

  #isTrustedNamesake(socket: TLSSocket, shown: X509Certificate): boolean {
    // Declared as an error; in fact it is the code of one.
    if (String(socket.authorizationError) !== NAMESAKE_ERROR) return false;
    return isTrustedNamesake(shown, this.#authorities, Date.now());
  }
}

function secureContext(context: SecureContextOptions): SecureContext {
  try {
    const { createSecureContext } = process.getBuiltinModule("node:tls");
    return createSecureContext({ ...context, secureOptions: constants.SSL_OP_NO_RENEGOTIATION });
  } catch (error) {
    throw new TlsError("setting", `Cannot set up TLS: ${(error as Error).message}`, error);
  }
}

function authoritiesOf(context: SecureContextOptions): X509Certificate[] {
  return [context.ca ?? []].flat().map((authority) => new X509Certificate(authority));
}

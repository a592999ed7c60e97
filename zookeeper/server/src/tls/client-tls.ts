import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { detectTls, FileWatch, loadTlsMaterial, TlsAcceptor, TlsError } from "@branta/foundation-net";
import type { TlsSettings } from "../config/server-config.ts";
import { requireHost } from "./client-host.ts";
import { tlsFiles, tlsMaterialSettings } from "./tls-material-settings.ts";

/** A client's connection, ready for its first frame. */
export interface AdmittedClient {
  /** Reads and writes what the protocol says, whether over TLS or not. */
  readonly socket: Socket | TLSSocket;
  readonly isSecure: boolean;
  /** Subject of the verified certificate that the client showed, for scheme x509; null when it showed none. */
  readonly subjectDn: string | null;
}

/** How the client port uses TLS beyond `ssl.*`. */
export interface ClientTlsOptions {
  /** `client.certReload`: read the stores again when their files change. */
  readonly reload: boolean;
  /** Told of every reload, and of why one failed; the keys in use stay then. */
  readonly onReload?: (error: TlsError | null) => void;
}

/** TLS on the client ports: opens the stores, takes connections in, and follows the stores when they change. */
export class ClientTls {
  readonly #settings: TlsSettings;
  readonly #acceptor: TlsAcceptor;
  #watch: FileWatch | null = null;

  private constructor(settings: TlsSettings, acceptor: TlsAcceptor) {
    this.#settings = settings;
    this.#acceptor = acceptor;
  }

  /** @throws TlsError for settings and stores that cannot serve. */
  static async open(settings: TlsSettings, options: ClientTlsOptions): Promise<ClientTls> {
    const material = tlsMaterialSettings(settings, "ssl.");
    const tls = new ClientTls(settings, new TlsAcceptor(await loadTlsMaterial(material), settings.clientAuth));
    if (options.reload) {
      const reload = () => void tls.reload().then(() => options.onReload?.(null), options.onReload);
      const onError = (error: Error) =>
        options.onReload?.(new TlsError("store", `Cannot watch key stores: ${error.message}`, error));
      tls.#watch = await FileWatch.start(tlsFiles(material), { onChange: reload, onError });
    }
    return tls;
  }

  /** How many handshakes are under way. */
  get outstandingCount(): number {
    return this.#acceptor.outstandingCount;
  }

  /** Reads the stores again and uses them from the next handshake on. @throws TlsError; the old ones stay in use. */
  async reload(): Promise<void> {
    this.#acceptor.replaceContext(await loadTlsMaterial(tlsMaterialSettings(this.#settings, "ssl.")));
  }

  /** Takes in a connection that must speak TLS. @throws TlsError; the socket is destroyed. */
  async admitSecure(socket: Socket): Promise<AdmittedClient> {
    const connection = await this.#acceptor.secure(socket);
    const { hostnameVerification, clientHostnameVerification, allowReverseDnsLookup } = this.#settings;
    if (hostnameVerification && clientHostnameVerification === true)
      await requireHost(connection, null, allowReverseDnsLookup === true);
    return { socket: connection.socket, isSecure: true, subjectDn: connection.subjectDn };
  }

  /** Port unification: takes in a connection that may speak TLS or not. @throws TlsError; the socket is destroyed. */
  async admitEither(socket: Socket): Promise<AdmittedClient> {
    const kind = await detectTls(socket, { timeoutMs: this.#settings.handshakeDetectionTimeoutMs });
    return kind === "tls" ? this.admitSecure(socket) : { socket, isSecure: false, subjectDn: null };
  }

  close(): void {
    this.#watch?.close();
  }
}

import type { Socket } from "node:net";
import { detectTls, FileWatch, loadTlsMaterial, TlsAcceptor, TlsDialler, TlsError } from "@branta/foundation-net";
import type { NetworkGuard } from "@branta/foundation-runtime";
import type { ServerConfig } from "../config/server-config.ts";
import { requireHost } from "./client-host.ts";
import { tlsFiles, tlsMaterialSettings } from "./tls-material-settings.ts";

const PREFIX = "ssl.quorum.";

/** The part of the configuration that is about TLS between servers. */
export type QuorumTlsConfig = Pick<
  ServerConfig,
  "sslQuorum" | "quorumPortUnification" | "sslQuorumReloadCertFiles" | "quorumTls" | "fipsMode"
>;

export interface QuorumTlsOptions {
  /** Told of every reload, and of why one failed; the keys in use stay then. */
  readonly onReload?: (error: TlsError | null) => void;
}

/**
 * TLS on the election and the quorum port, by `ssl.quorum.*`: `sslQuorum` dials with TLS and accepts nothing else;
 * `portUnification` accepts either, so that an ensemble can change over server by server.
 */
export class QuorumTls implements NetworkGuard, Disposable {
  readonly #config: QuorumTlsConfig;
  readonly #acceptor: TlsAcceptor;
  readonly #dialler: TlsDialler;
  /** In FIPS mode, which is on unless told, Apache's servers leave checks to Java's own, which look at no host. */
  readonly #checksHosts: boolean;
  #watch: FileWatch | null = null;

  private constructor(config: QuorumTlsConfig, acceptor: TlsAcceptor, dialler: TlsDialler) {
    this.#config = config;
    this.#acceptor = acceptor;
    this.#dialler = dialler;
    this.#checksHosts = config.quorumTls.hostnameVerification && !config.fipsMode;
  }

  /**
   * Null where servers talk without TLS.
   * @throws TlsError for settings and stores that cannot serve.
   */
  static async open(config: QuorumTlsConfig, options: QuorumTlsOptions = {}): Promise<QuorumTls | null> {
    if (!config.sslQuorum && !config.quorumPortUnification) return null;
    const settings = tlsMaterialSettings(config.quorumTls, PREFIX);
    const material = await loadTlsMaterial(settings);
    const acceptor = new TlsAcceptor(material, config.quorumTls.clientAuth);
    const tls = new QuorumTls(config, acceptor, new TlsDialler(material));
    if (config.sslQuorumReloadCertFiles) {
      const onChange = () => void tls.#reload().then(() => options.onReload?.(null), options.onReload);
      const onError = (error: Error) =>
        options.onReload?.(new TlsError("store", `Cannot watch key stores: ${error.message}`, error));
      tls.#watch = await FileWatch.start(tlsFiles(settings), { onChange, onError });
    }
    return tls;
  }

  async accepted(socket: Socket): Promise<Socket> {
    const { quorumTls, quorumPortUnification } = this.#config;
    if (quorumPortUnification) {
      const kind = await detectTls(socket, { timeoutMs: quorumTls.handshakeDetectionTimeoutMs });
      if (kind === "plain") return socket;
    }
    const connection = await this.#acceptor.secure(socket);
    const checks = this.#checksHosts && quorumTls.clientHostnameVerification !== false;
    if (checks) await requireHost(connection, null, quorumTls.allowReverseDnsLookup !== false);
    return connection.socket;
  }

  async dialled(socket: Socket, host: string): Promise<Socket> {
    if (!this.#config.sslQuorum) return socket;
    const connection = await this.#dialler.secure(socket, host);
    if (this.#checksHosts) await requireHost(connection, host, false);
    return connection.socket;
  }

  [Symbol.dispose](): void {
    this.#watch?.close();
  }

  async #reload(): Promise<void> {
    const material = await loadTlsMaterial(tlsMaterialSettings(this.#config.quorumTls, PREFIX));
    this.#acceptor.replaceContext(material);
    this.#dialler.replaceContext(material);
  }
}

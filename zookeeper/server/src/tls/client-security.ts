import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { TlsError } from "@branta/foundation-net";
import type { Logger } from "@branta/foundation-observe";
import { AuthRegistry, authSettings, SaslServer } from "@branta/zookeeper-engine";
import { loadSaslCredentials } from "../auth/load-sasl-credentials.ts";
import type { ServerConfig } from "../config/server-config.ts";
import type { SocketGuard } from "../connection/client-listener.ts";
import { type AdmittedClient, ClientTls } from "./client-tls.ts";

/** Java draws 30 bytes for a nonce. */
const NONCE_BYTES = 30;

/** The part of the configuration that is about who gets in. */
export type ClientSecurityConfig = Pick<
  ServerConfig,
  "systemProperties" | "secureClientAddress" | "clientPortUnification" | "clientCertReload" | "tls"
>;

/** How clients get in: who guards each port, and who conducts SASL exchanges. */
export interface ClientSecurity extends Disposable {
  readonly guards: { readonly client: SocketGuard | null; readonly secure: SocketGuard | null };
  readonly newSaslServer: () => SaslServer | null;
}

/**
 * Opens what a configuration asks for: key stores when there is a port with TLS, the JAAS file when one is named.
 * @throws TlsError, AuthConfigError for what cannot be used
 */
export async function openClientSecurity(
  config: ClientSecurityConfig,
  logger: Pick<Logger, "info" | "warn" | "error">,
): Promise<ClientSecurity> {
  const { systemProperties: properties, clientPortUnification } = config;
  const usesTls = config.secureClientAddress !== null || clientPortUnification;
  const settings = authSettings(properties, { tls: usesTls });
  for (const name of settings.unknownProviders) {
    logger.warn(`Cannot load authentication provider "${name}": only Apache's own are known, its scheme is not there`);
  }
  const credentials = await loadSaslCredentials(properties);
  const superPassword = properties.get("zookeeper.SASLAuthenticationProvider.superPassword");
  const nonce = () => randomBytes(NONCE_BYTES);
  const newSaslServer = () => (credentials === null ? null : new SaslServer(credentials, { nonce, superPassword }));
  if (!usesTls) return { guards: { client: null, secure: null }, newSaslServer, [Symbol.dispose]: () => {} };
  const tls = await ClientTls.open(config.tls, { reload: config.clientCertReload, onReload: reloadLog(logger) });
  const registry = new AuthRegistry(settings);
  return {
    guards: {
      client: clientPortUnification ? guard(registry, (socket) => tls.admitEither(socket)) : null,
      secure: guard(registry, (socket) => tls.admitSecure(socket)),
    },
    newSaslServer,
    [Symbol.dispose]: () => tls.close(),
  };
}

function guard(registry: AuthRegistry, admit: (socket: Socket) => Promise<AdmittedClient>): SocketGuard {
  return {
    async secure(socket) {
      const { socket: admitted, isSecure, subjectDn } = await admit(socket);
      if (subjectDn === null) return { socket: admitted, isSecure, ids: [] };
      const ids = registry.x509Ids(subjectDn);
      if (ids !== null) return { socket: admitted, isSecure, ids };
      admitted.destroy();
      throw new TlsError(
        "certificate",
        `Cannot take the certificate of "${subjectDn}": scheme x509 must have a provider`,
      );
    },
  };
}

/** Logs what became of key and trust stores that have changed. */
export function reloadLog(logger: Pick<Logger, "info" | "error">): (error: TlsError | null) => void {
  return (error) => {
    if (error === null) logger.info("Read the key and trust stores again");
    else logger.error(`Cannot read the key and trust stores again, those in use stay: ${error.message}`);
  };
}

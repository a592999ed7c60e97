import type { SecureContextOptions } from "node:tls";
import { loadTlsMaterial } from "@branta/foundation-net";
import type { ServerConfig } from "../config/server-config.ts";
import { tlsMaterialSettings } from "./tls-material-settings.ts";

/**
 * Key, certificate and trust of the admin server: those of `ssl.quorum.*`, as in Apache. Undefined when it speaks plain
 * HTTP only, or when there is no key store to take them from.
 * @throws TlsError, KeyStoreError for what cannot be used
 */
export async function loadAdminTls(config: ServerConfig): Promise<SecureContextOptions | undefined> {
  const { adminEnableServer, adminForceHttps, adminPortUnification, quorumTls } = config;
  if (!adminEnableServer || !(adminForceHttps || adminPortUnification)) return undefined;
  if (quorumTls.keyStoreLocation === null) return undefined;
  return loadTlsMaterial(tlsMaterialSettings(quorumTls, "ssl.quorum."));
}

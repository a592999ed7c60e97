import { type StoreFile, TlsError, type TlsMaterialSettings } from "@branta/foundation-net";
import type { TlsSettings } from "../config/server-config.ts";

/**
 * What `ssl.*` (or `ssl.quorum.*`) asks of TLS, in the terms of foundation/net.
 *
 * @param prefix start of the keys, for messages: "ssl." or "ssl.quorum.".
 * @throws TlsError "setting" for what cannot be honoured here and must not be ignored: revocation checks, Java classes.
 */
export function tlsMaterialSettings(settings: TlsSettings, prefix: string): TlsMaterialSettings {
  refuseUnsupported(settings, prefix);
  const keyStore = storeFile(
    settings.keyStoreLocation,
    settings.keyStorePassword,
    settings.keyStorePasswordPath,
    settings.keyStoreType,
  );
  if (keyStore === null)
    throw new TlsError("setting", `Cannot serve TLS: ${prefix}keyStore.location must name a key store`);
  return {
    keyStore,
    trustStore: storeFile(
      settings.trustStoreLocation,
      settings.trustStorePassword,
      settings.trustStorePasswordPath,
      settings.trustStoreType,
    ),
    protocols: settings.enabledProtocols.length > 0 ? settings.enabledProtocols : [settings.protocol],
    cipherSuites: settings.cipherSuites,
    prefix,
  };
}

/** The files that a change of keys or trust would change. */
export function tlsFiles({ keyStore, trustStore }: TlsMaterialSettings): string[] {
  const paths: string[] = [];
  for (const store of [keyStore, trustStore]) {
    if (store === null) continue;
    paths.push(store.location);
    if (store.passwordPath !== null) paths.push(store.passwordPath);
  }
  return paths;
}

function storeFile(
  location: string | null,
  password: string | null,
  passwordPath: string | null,
  type: string | null,
): StoreFile | null {
  return location === null || location === "" ? null : { location, password, passwordPath, type };
}

function refuseUnsupported(settings: TlsSettings, prefix: string): void {
  const refuse = (key: string, value: unknown, wanted: string) => {
    throw new TlsError("setting", `Cannot use ${prefix}${key} "${String(value)}": ${wanted}`);
  };
  // A check of revocation that is asked for and not made would be a hole, so say no.
  if (settings.crl) refuse("crl", true, "certificate revocation cannot be checked here, it must be false");
  if (settings.ocsp) refuse("ocsp", true, "certificate revocation cannot be checked here, it must be false");
  if (settings.contextSupplierClass !== null) {
    refuse(
      "context.supplier.class",
      settings.contextSupplierClass,
      "Java classes cannot be loaded here, it must be unset",
    );
  }
  if (settings.authProvider !== "x509") refuse("authProvider", settings.authProvider, "it must be x509");
}

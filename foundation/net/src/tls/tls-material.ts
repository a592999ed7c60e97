import { createPrivateKey, X509Certificate } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import type { KeyStore } from "../key-stores/key-store.ts";
import { DEFAULT_CIPHERS, openSslCipherName } from "./cipher-names.ts";
import { readStoreFile, type StoreFile } from "./store-file.ts";
import { TlsError } from "./tls-error.ts";

/** What TLS is to be made of, in Apache's terms. */
export interface TlsMaterialSettings {
  /** Own key and certificate; null: none (a client may do without). */
  readonly keyStore: StoreFile | null;
  /** Authorities to trust; null: those that the runtime trusts. */
  readonly trustStore: StoreFile | null;
  /** TLS versions by Java's names, such as `TLSv1.2`. */
  readonly protocols: readonly string[];
  /** Cipher suites by Java's or OpenSSL's names; empty: Apache's default. */
  readonly cipherSuites: readonly string[];
  /** Start of the names of settings in messages, such as "ssl.". */
  readonly prefix: string;
}

const VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
type Version = (typeof VERSIONS)[number];

/**
 * Reads the stores and answers what `tls.createSecureContext` wants.
 * @throws TlsError "store" or "setting"
 */
export async function loadTlsMaterial(settings: TlsMaterialSettings): Promise<SecureContextOptions> {
  const { keyStore, trustStore, prefix } = settings;
  const own = keyStore === null ? null : await readStoreFile(keyStore, `${prefix}keyStore`);
  const authorities = trustStore === null ? null : await readStoreFile(trustStore, `${prefix}trustStore`);
  return {
    ...versions(settings),
    ciphers: ciphers(settings),
    ...(own === null ? {} : identity(own, `${prefix}keyStore "${keyStore!.location}"`)),
    ...(authorities === null ? {} : trust(authorities, `${prefix}trustStore "${trustStore!.location}"`)),
  };
}

/** Own key and chain. Of several keys the first one is taken. */
function identity(store: KeyStore, what: string): SecureContextOptions {
  const entry = store.keys[0];
  if (entry === undefined) throw new TlsError("store", `Cannot use ${what}: it has no private key`);
  const certificate = entry.chain[0];
  if (certificate === undefined) throw new TlsError("store", `Cannot use ${what}: its key has no certificate`);
  const key = createPrivateKey({ key: entry.privateKey, format: "der", type: "pkcs8" });
  if (!new X509Certificate(certificate).checkPrivateKey(key)) {
    throw new TlsError("store", `Cannot use ${what}: its first certificate must belong to its key`);
  }
  return { key: key.export({ format: "pem", type: "pkcs8" }), cert: entry.chain.map(toPem).join("") };
}

function trust(store: KeyStore, what: string): SecureContextOptions {
  if (store.trusted.length === 0) throw new TlsError("store", `Cannot use ${what}: it has no trusted certificate`);
  return {
    ca: store.trusted.map(({ certificate }) => toPem(certificate)),
    // In Java every certificate of a trust store is trusted in itself, even one that another has issued.
    allowPartialTrustChain: true,
  };
}

function versions({ protocols, prefix }: TlsMaterialSettings): { minVersion: Version; maxVersion: Version } {
  const indexes: number[] = [];
  for (const protocol of protocols) {
    // Java's name for a hello in the format of SSL 2; nothing speaks it any more.
    if (protocol === "SSLv2Hello") continue;
    const index = VERSIONS.indexOf((protocol === "TLS" ? "TLSv1.3" : protocol) as Version);
    if (index < 0) {
      throw new TlsError(
        "setting",
        `Cannot use ${prefix}enabledProtocols "${protocol}": it must be one of ${VERSIONS.join(", ")}`,
      );
    }
    indexes.push(index);
  }
  if (indexes.length === 0)
    throw new TlsError("setting", `Cannot use ${prefix}enabledProtocols: it must name a TLS version`);
  return { minVersion: VERSIONS[Math.min(...indexes)]!, maxVersion: VERSIONS[Math.max(...indexes)]! };
}

function ciphers({ cipherSuites }: TlsMaterialSettings): string {
  const names = cipherSuites.length === 0 ? DEFAULT_CIPHERS : cipherSuites.map(openSslCipherName);
  // Java takes RSA keys from 1024 bits on; at OpenSSL's own level certificates that serve Apache's server would be refused.
  return [...names, "@SECLEVEL=1"].join(":");
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

import { X509Certificate } from "node:crypto";
import { KeyStoreError } from "./key-store-error.ts";

/** A private key with the certificates that vouch for it. */
export interface KeyEntry {
  /** Name inside the store; empty in formats without names. */
  readonly alias: string;
  /** PKCS #8, DER, not encrypted. */
  readonly privateKey: Buffer;
  /** DER, the key's own certificate first, each one's issuer after it. */
  readonly chain: readonly Buffer[];
}

/** A certificate to be trusted as an authority. */
export interface TrustedEntry {
  readonly alias: string;
  /** DER */
  readonly certificate: Buffer;
}

/** What any key store holds, whatever its format. */
export interface KeyStore {
  readonly keys: readonly KeyEntry[];
  readonly trusted: readonly TrustedEntry[];
}

/** The certificate in these bytes. @throws KeyStoreError "malformed" when there is none. */
export function readCertificate(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw new KeyStoreError(
      "malformed",
      `Cannot read certificate of ${der.length} bytes: it must be X.509 in DER`,
      error,
    );
  }
}

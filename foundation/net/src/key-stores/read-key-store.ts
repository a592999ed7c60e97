import { JKS_MAGIC, readJks } from "./jks.ts";
import { KeyStoreError } from "./key-store-error.ts";
import type { KeyStore } from "./key-store.ts";
import { readPem } from "./pem.ts";
import { readPkcs12 } from "./pkcs12.ts";

/** Larger files are no key stores; Java's own bundle of authorities has 200 kB. */
export const KEY_STORE_BYTES_MAX = 16 * 1024 * 1024;

const JCEKS_MAGIC = 0xcececece;
const DER_SEQUENCE = 0x30;

/** Formats by the names that `ssl.keyStore.type` takes. */
export type KeyStoreType = "JKS" | "PKCS12" | "PEM";

/**
 * Reads a key store of any format. The bytes decide between JKS and PKCS #12, whatever the type says, because Java's reader
 * does so too: since Java 9 keytool writes PKCS #12 into files called `.jks`.
 *
 * @throws KeyStoreError
 */
export function readKeyStore(bytes: Buffer, type: KeyStoreType, password: string): KeyStore {
  if (bytes.length > KEY_STORE_BYTES_MAX) {
    throw new KeyStoreError(
      "limit",
      `Cannot read key store: it has ${bytes.length} bytes, must have at most ${KEY_STORE_BYTES_MAX}`,
    );
  }
  if (type === "PEM") return readPem(bytes, password);
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (magic === JKS_MAGIC) return readJks(bytes, password);
  if (bytes[0] === DER_SEQUENCE) return readPkcs12(bytes, password);
  if (magic === JCEKS_MAGIC) {
    throw new KeyStoreError(
      "unsupported",
      "Cannot read key store: it is in format JCEKS, must be JKS, PKCS12 or PEM (keytool -importkeystore converts)",
    );
  }
  throw new KeyStoreError(
    "malformed",
    `Cannot read key store: it begins with "${bytes.subarray(0, 4).toString("hex")}", must be ${type}`,
  );
}

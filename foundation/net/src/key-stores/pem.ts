import { createPrivateKey } from "node:crypto";
import { KeyStoreError } from "./key-store-error.ts";
import { type KeyStore, readCertificate } from "./key-store.ts";

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

/**
 * Reads a bundle of PEM blocks: at most one private key (PKCS #8, encrypted or not, or one of OpenSSL's older forms) and any
 * number of certificates, in the order in which they stand. PEM does not say what certificates are for: they are the chain of the
 * key, if there is one, to whoever opens a key store, and trusted, all of them, to whoever opens a trust store.
 *
 * @param password of the key, ignored when the key is not encrypted.
 * @throws KeyStoreError
 */
export function readPem(bytes: Buffer, password: string): KeyStore {
  const text = bytes.toString("latin1");
  const certificates: Buffer[] = [];
  let privateKey: Buffer | null = null;
  for (const [block, label, body] of text.matchAll(BLOCK)) {
    if (label!.endsWith("CERTIFICATE")) {
      const certificate = Buffer.from(body!, "base64");
      readCertificate(certificate);
      certificates.push(certificate);
    } else if (label!.endsWith("PRIVATE KEY")) {
      // As in Apache's reader, the first key counts.
      privateKey ??= readKey(block, password);
    }
  }
  if (privateKey === null && certificates.length === 0) {
    throw new KeyStoreError(
      "malformed",
      "Cannot read PEM key store: it must hold a PRIVATE KEY or a CERTIFICATE block",
    );
  }
  return {
    keys: privateKey === null ? [] : [{ alias: "", privateKey, chain: certificates }],
    trusted: certificates.map((certificate) => ({ alias: "", certificate })),
  };
}

function readKey(pem: string, password: string): Buffer {
  try {
    return createPrivateKey({ key: pem, passphrase: password }).export({ format: "der", type: "pkcs8" });
  } catch (error) {
    const encrypted = pem.includes("ENCRYPTED");
    throw new KeyStoreError(
      encrypted ? "password" : "malformed",
      `Cannot read PEM private key: ${encrypted ? "the password must be the key's" : "it must be a private key"}`,
      error,
    );
  }
}

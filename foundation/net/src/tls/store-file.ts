import { readFile } from "node:fs/promises";
import { KeyStoreError } from "../key-stores/key-store-error.ts";
import type { KeyStore } from "../key-stores/key-store.ts";
import { type KeyStoreType, readKeyStore } from "../key-stores/read-key-store.ts";
import { TlsError } from "./tls-error.ts";

/** Where a key or trust store lies and how it opens. Null stands for "not set". */
export interface StoreFile {
  readonly location: string;
  readonly password: string | null;
  /** A file whose content is the password; counts before `password`. */
  readonly passwordPath: string | null;
  /** JKS, PKCS12, PEM or BCFKS; null: by the file's suffix. */
  readonly type: string | null;
}

const TYPES_BY_SUFFIX: ReadonlyMap<string, string> = new Map([
  [".jks", "JKS"],
  [".p12", "PKCS12"],
  [".pem", "PEM"],
  [".bcfks", "BCFKS"],
]);

/**
 * Reads a store from disk.
 *
 * @param what how messages call it, such as "ssl.keyStore".
 * @throws TlsError "store" or "setting", naming the file and what it must be.
 */
export async function readStoreFile(file: StoreFile, what: string): Promise<KeyStore> {
  const type = storeType(file, what);
  const password = await passwordOf(file, what);
  const bytes = await readOrThrow(file.location, what);
  try {
    return readKeyStore(bytes, type, password);
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    throw new TlsError("store", `Cannot use ${what} "${file.location}": ${error.message}`, error);
  }
}

function storeType(file: StoreFile, what: string): KeyStoreType {
  const dot = file.location.lastIndexOf(".");
  const bySuffix = dot < 0 ? undefined : TYPES_BY_SUFFIX.get(file.location.slice(dot));
  const type = file.type === null || file.type === "" ? bySuffix : file.type.toUpperCase();
  if (type === "JKS" || type === "PKCS12" || type === "PEM") return type;
  if (type === "BCFKS") {
    throw new TlsError(
      "setting",
      `Cannot use ${what} "${file.location}": it is BCFKS, must be JKS, PKCS12 or PEM (keytool converts)`,
    );
  }
  const wish = `${what}.type must be JKS, PKCS12 or PEM, or the file must end in .jks, .p12 or .pem`;
  throw new TlsError("setting", `Cannot tell the type of ${what} "${file.location}": ${wish}`);
}

async function passwordOf(file: StoreFile, what: string): Promise<string> {
  if (file.passwordPath === null || file.passwordPath === "") return file.password ?? "";
  const content = (await readOrThrow(file.passwordPath, `${what}.passwordPath`)).toString("utf8");
  // As Apache, one line end at the close does not count.
  return content.endsWith("\n") ? content.slice(0, -1) : content;
}

async function readOrThrow(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new TlsError("store", `Cannot read ${what} "${path}": ${(error as Error).message}`, error);
  }
}

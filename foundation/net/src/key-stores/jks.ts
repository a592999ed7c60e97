import { createHash, timingSafeEqual } from "node:crypto";
import { BytesError, Reader } from "@branta/foundation-bytes";
import { DerTag, DerValue } from "./der-value.ts";
import { KeyStoreError } from "./key-store-error.ts";
import { type KeyEntry, type KeyStore, readCertificate, type TrustedEntry } from "./key-store.ts";

/** First four bytes of a Java key store. */
export const JKS_MAGIC = 0xfeedfeed;

const KEY_ENTRY = 1;
const TRUSTED_ENTRY = 2;
const DIGEST_BYTES = 20;
const SUN_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1";
/** Sun's salt for the digest over the whole file. */
const INTEGRITY_SALT = "Mighty Aphrodite";

/**
 * Reads a key store of Sun's own format.
 *
 * ```
 * store => magic:int version:int(1|2) count:int entry* sha1(password, salt, all before):20
 * entry => 1 alias:utf created:long key:bytes count:int cert*  |  2 alias:utf created:long cert
 * cert  => type:utf (version 2 only) der:bytes
 * ```
 * The key is a PKCS #8 EncryptedPrivateKeyInfo under Sun's key protector: XOR with a chain of SHA-1.
 *
 * @throws KeyStoreError
 */
export function readJks(bytes: Buffer, password: string): KeyStore {
  try {
    return new JksReader(bytes, utf16(password)).read();
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new KeyStoreError("malformed", `Cannot read JKS key store: ${error.message}`, error);
  }
}

class JksReader {
  readonly #bytes: Buffer;
  readonly #reader: Reader;
  readonly #password: Buffer;
  #hasTypes = true;

  constructor(bytes: Buffer, password: Buffer) {
    this.#bytes = bytes;
    this.#reader = new Reader(bytes);
    this.#password = password;
  }

  read(): KeyStore {
    const reader = this.#reader;
    const magic = reader.int() >>> 0;
    const version = reader.int();
    if (magic !== JKS_MAGIC || (version !== 1 && version !== 2)) {
      throw new KeyStoreError(
        "malformed",
        `Cannot read JKS key store: it begins with ${magic.toString(16)} version ${version}`,
      );
    }
    this.#hasTypes = version === 2;
    this.#checkIntegrity();
    const keys: KeyEntry[] = [];
    const trusted: TrustedEntry[] = [];
    const count = reader.int();
    for (let index = 0; index < count; index++) {
      const kind = reader.int();
      const alias = this.#text();
      reader.skip(8);
      if (kind === KEY_ENTRY) keys.push(this.#key(alias));
      else if (kind === TRUSTED_ENTRY) trusted.push({ alias, certificate: this.#certificate() });
      else
        throw new KeyStoreError(
          "unsupported",
          `Cannot read JKS key store: entry "${alias}" is of kind ${kind}, must be 1 or 2`,
        );
    }
    return { keys, trusted };
  }

  /** First of all, so that a wrong password is told apart from a broken file and nothing unverified is used. */
  #checkIntegrity(): void {
    const end = this.#bytes.length - DIGEST_BYTES;
    if (end < this.#reader.offset) throw new KeyStoreError("malformed", "Cannot read JKS key store: it is cut short");
    const wanted = sha1(this.#password, Buffer.from(INTEGRITY_SALT), this.#bytes.subarray(0, end));
    if (timingSafeEqual(wanted, this.#bytes.subarray(end))) return;
    throw new KeyStoreError("password", "Cannot open JKS key store: the password is wrong, or the file was changed");
  }

  #key(alias: string): KeyEntry {
    const protectedKey = this.#block();
    const chain: Buffer[] = [];
    const count = this.#reader.int();
    for (let index = 0; index < count; index++) chain.push(this.#certificate());
    return { alias, privateKey: recoverKey(protectedKey, this.#password, alias), chain };
  }

  #certificate(): Buffer {
    if (this.#hasTypes) {
      const type = this.#text();
      if (type.replace(".", "") !== "X509") {
        throw new KeyStoreError(
          "unsupported",
          `Cannot read JKS key store: a certificate is of type "${type}", must be "X.509"`,
        );
      }
    }
    const certificate = this.#block();
    readCertificate(certificate);
    return certificate;
  }

  #text(): string {
    const length = (this.#reader.byte() << 8) | this.#reader.byte();
    return this.#reader.raw(length).toString("utf8");
  }

  #block(): Buffer {
    return this.#reader.raw(this.#reader.int());
  }
}

function recoverKey(protectedKey: Buffer, password: Buffer, alias: string): Buffer {
  const info = DerValue.read(protectedKey).expect(DerTag.Sequence, "protected key");
  const algorithm = info
    .child(0, "key protection")
    .child(0, "key protection algorithm")
    .objectId("key protection algorithm");
  if (algorithm !== SUN_KEY_PROTECTOR) {
    throw new KeyStoreError(
      "unsupported",
      `Cannot read key "${alias}": its protection is ${algorithm}, must be ${SUN_KEY_PROTECTOR}`,
    );
  }
  const data = info.child(1, "protected key").expect(DerTag.OctetString, "protected key").content;
  const length = data.length - 2 * DIGEST_BYTES;
  if (length < 0) throw new KeyStoreError("malformed", `Cannot read key "${alias}": it is cut short`);
  const key = Buffer.from(data.subarray(DIGEST_BYTES, DIGEST_BYTES + length));
  let mask = data.subarray(0, DIGEST_BYTES);
  for (let at = 0; at < length; at++) {
    if (at % DIGEST_BYTES === 0) mask = sha1(password, mask);
    key[at] = key[at]! ^ mask[at % DIGEST_BYTES]!;
  }
  if (timingSafeEqual(sha1(password, key), data.subarray(DIGEST_BYTES + length))) return key;
  throw new KeyStoreError("password", `Cannot recover key "${alias}": its password must be that of the store`);
}

function sha1(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Java's chars, big-endian. */
function utf16(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

import { createPrivateKey, type KeyObject } from "node:crypto";
import { issuerOf, subjectOf } from "./certificate-names.ts";
import { DerTag, DerValue } from "./der-value.ts";
import { KeyStoreError } from "./key-store-error.ts";
import { type KeyEntry, type KeyStore, readCertificate } from "./key-store.ts";
import { Pkcs12Crypto } from "./pkcs12-crypto.ts";

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const NESTED_BAG = "1.2.840.113549.1.12.10.1.6";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
/** Java's mark on certificates that are trusted in themselves. */
const TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1";
const NESTING_MAX = 8;

interface Bag {
  readonly alias: string;
  /** Ties a key to its own certificate; null when absent. */
  readonly localKeyId: Buffer | null;
  readonly trusted: boolean;
  readonly content: Buffer;
}

/**
 * Reads a PKCS #12 store (RFC 7292) as keytool, openssl and Bouncy Castle write it: MAC checked first, keys decrypted, chains
 * put in order. Certificates are trusted when Java has marked them so, or, where no certificate is marked, when the
 * store has no key at all (what openssl writes for a trust store).
 *
 * @throws KeyStoreError
 */
export function readPkcs12(bytes: Buffer, password: string): KeyStore {
  const [, authSafe, macData] = DerValue.read(bytes).expect(DerTag.Sequence, "PKCS #12 store").children();
  if (authSafe === undefined) throw new KeyStoreError("malformed", "Cannot read PKCS #12 key store: it is cut short");
  const crypto = new Pkcs12Crypto(password);
  const contents = contentOf(authSafe, DATA).octets();
  if (macData !== undefined) crypto.verify(macData, contents);
  const reader = new BagReader(crypto);
  for (const info of DerValue.read(contents).children()) reader.contentInfo(info);
  return assemble(reader.keys, reader.certificates);
}

/** Gathers the bags of a store, decrypted. */
class BagReader {
  readonly keys: Bag[] = [];
  readonly certificates: Bag[] = [];
  readonly #crypto: Pkcs12Crypto;

  constructor(crypto: Pkcs12Crypto) {
    this.#crypto = crypto;
  }

  contentInfo(info: DerValue): void {
    const type = info.child(0, "content type").objectId("content type");
    if (type === DATA) {
      this.#bags(contentOf(info, DATA).octets(), 0);
    } else if (type === ENCRYPTED_DATA) {
      const encrypted = contentOf(info, ENCRYPTED_DATA).child(1, "encrypted content");
      const data = encrypted.child(2, "encrypted content").octets();
      this.#bags(this.#crypto.decrypt(encrypted.child(1, "encryption algorithm"), data), 0);
    } else {
      throw new KeyStoreError(
        "unsupported",
        `Cannot read PKCS #12 key store: a part of it is of type ${type}, must be data or encryptedData`,
      );
    }
  }

  #bags(safeContents: Buffer, depth: number): void {
    if (depth > NESTING_MAX)
      throw new KeyStoreError("limit", `Cannot read PKCS #12 key store: bags nest more than ${NESTING_MAX} deep`);
    for (const bag of DerValue.read(safeContents).expect(DerTag.Sequence, "safe contents").children())
      this.#bag(bag, depth);
  }

  #bag(bag: DerValue, depth: number): void {
    const type = bag.child(0, "bag type").objectId("bag type");
    const value = bag.child(1, "bag value").expect(DerTag.Explicit0, "bag value").child(0, "bag value");
    const about = attributesOf(bag.children()[2]);
    if (type === KEY_BAG) {
      this.keys.push({ ...about, content: value.bytes });
    } else if (type === SHROUDED_KEY_BAG) {
      const key = this.#crypto.decrypt(value.child(0, "key encryption"), value.child(1, "encrypted key").octets());
      this.keys.push({ ...about, content: key });
    } else if (type === CERTIFICATE_BAG) {
      if (value.child(0, "certificate type").objectId("certificate type") !== X509_CERTIFICATE) return;
      const certificate = value.child(1, "certificate").child(0, "certificate").octets();
      readCertificate(certificate);
      this.certificates.push({ ...about, content: certificate });
    } else if (type === NESTED_BAG) {
      this.#bags(value.bytes, depth + 1);
    }
    // Revocation lists and secrets are of no use to TLS.
  }
}

function contentOf(info: DerValue, wantedType: string): DerValue {
  const type = info.child(0, "content type").objectId("content type");
  if (type === wantedType) return info.child(1, "content").expect(DerTag.Explicit0, "content").child(0, "content");
  throw new KeyStoreError(
    "unsupported",
    `Cannot read PKCS #12 key store: its content is of type ${type}, must be ${wantedType}`,
  );
}

function attributesOf(attributes: DerValue | undefined): Omit<Bag, "content"> {
  let alias = "";
  let localKeyId: Buffer | null = null;
  let trusted = false;
  for (const attribute of attributes?.children() ?? []) {
    const type = attribute.child(0, "attribute").objectId("attribute");
    if (type === TRUSTED_KEY_USAGE) trusted = true;
    const value = attribute.child(1, "attribute values").children()[0];
    if (value === undefined) continue;
    if (type === FRIENDLY_NAME && value.content.length % 2 === 0)
      alias = Buffer.from(value.content).swap16().toString("utf16le");
    if (type === LOCAL_KEY_ID) localKeyId = value.octets();
  }
  return { alias, localKeyId, trusted };
}

function assemble(keys: readonly Bag[], certificates: readonly Bag[]): KeyStore {
  const marked = certificates.filter(({ trusted }) => trusted);
  const anchors = marked.length > 0 || keys.length > 0 ? marked : certificates;
  return {
    keys: keys.map((key) => keyEntry(key, certificates)),
    trusted: anchors.map(({ alias, content }) => ({ alias, certificate: content })),
  };
}

function keyEntry(key: Bag, certificates: readonly Bag[]): KeyEntry {
  const keyObject = privateKeyOf(key);
  const byId = certificates.find(
    ({ localKeyId }) => localKeyId !== null && key.localKeyId?.equals(localKeyId) === true,
  );
  const own = byId ?? certificates.find(({ content }) => readCertificate(content).checkPrivateKey(keyObject));
  const chain =
    own === undefined
      ? []
      : chainFrom(
          own.content,
          certificates.map(({ content }) => content),
        );
  return { alias: key.alias, privateKey: keyObject.export({ format: "der", type: "pkcs8" }), chain };
}

function privateKeyOf(key: Bag): KeyObject {
  try {
    return createPrivateKey({ key: key.content, format: "der", type: "pkcs8" });
  } catch (error) {
    throw new KeyStoreError(
      "malformed",
      `Cannot read key "${key.alias}" of PKCS #12 key store: it must be PKCS #8`,
      error,
    );
  }
}

/** From a certificate up through its issuers, as far as the store has them. */
function chainFrom(own: Buffer, certificates: readonly Buffer[]): Buffer[] {
  const chain = [own];
  for (let last = own; !issuerOf(last).equals(subjectOf(last));) {
    const issuer = issuerOf(last);
    const next = certificates.find((candidate) => subjectOf(candidate).equals(issuer) && !chain.includes(candidate));
    if (next === undefined) break;
    chain.push(next);
    last = next;
  }
  return chain;
}

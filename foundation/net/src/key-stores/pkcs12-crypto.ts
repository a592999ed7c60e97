import { createDecipheriv, createHmac, pbkdf2Sync } from "node:crypto";
import { DerTag, type DerValue } from "./der-value.ts";
import { KeyStoreError } from "./key-store-error.ts";
import { bmpPassword, pkcs12Derive, Pkcs12Purpose } from "./pkcs12-kdf.ts";
import { decryptRc2Cbc } from "./rc2.ts";

/** Key derivation rounds a store may ask for in all. Java allows 5 million, keytool asks for 10 000 (older ones for 200 000 in all), openssl for 2 048. */
const ITERATIONS_MAX = 1_000_000;
const SALT_BYTES_MAX = 1024;
const MAC_KEY_BYTES_MAX = 64;

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const PBMAC1 = "1.2.840.113549.1.5.14";

const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.5": "sha512-224",
  "2.16.840.1.101.3.4.2.6": "sha512-256",
};
const HMACS: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
  "1.2.840.113549.2.12": "sha512-224",
  "1.2.840.113549.2.13": "sha512-256",
};
/** Ciphers of PBES2: name and bytes of key. */
const CIPHERS: Readonly<Record<string, readonly [string, number]>> = {
  "2.16.840.1.101.3.4.1.2": ["aes-128-cbc", 16],
  "2.16.840.1.101.3.4.1.22": ["aes-192-cbc", 24],
  "2.16.840.1.101.3.4.1.42": ["aes-256-cbc", 32],
  "1.2.840.113549.3.7": ["des-ede3-cbc", 24],
};
/** PKCS #12's own password ciphers, all with SHA-1: name and bytes of key. */
const LEGACY_CIPHERS: Readonly<Record<string, readonly [string, number]>> = {
  "1.2.840.113549.1.12.1.3": ["des-ede3-cbc", 24],
  "1.2.840.113549.1.12.1.4": ["des-ede-cbc", 16],
  "1.2.840.113549.1.12.1.5": ["rc2-cbc", 16],
  "1.2.840.113549.1.12.1.6": ["rc2-cbc", 5],
};

/** Decrypts and verifies under one password; counts the work a store asks for and refuses to do more than an honest one needs. */
export class Pkcs12Crypto {
  readonly #password: string;
  #iterationsLeft = ITERATIONS_MAX;
  /** Whether the empty password is no bytes instead of a closing zero alone: writers disagree, the MAC tells. */
  #noPassword = false;

  constructor(password: string) {
    this.#password = password;
  }

  /**
   * Checks the MAC over the store's contents.
   *
   * @param macData `MacData => DigestInfo(AlgorithmIdentifier, digest) salt iterations`
   * @throws KeyStoreError "password" when it does not fit.
   */
  verify(macData: DerValue, contents: Buffer): void {
    const [digestInfo, salt, rounds] = macData.expect(DerTag.Sequence, "MAC").children();
    const algorithm = digestInfo?.child(0, "MAC algorithm");
    const wanted = digestInfo?.child(1, "MAC value").octets();
    if (algorithm === undefined || wanted === undefined || salt === undefined) {
      throw new KeyStoreError("malformed", "Cannot read PKCS #12 key store: its MAC is cut short");
    }
    const iterations = rounds === undefined ? 1 : rounds.integer("MAC iterations");
    if (this.#mac(algorithm, salt.octets(), iterations, contents).equals(wanted)) return;
    if (this.#password === "") {
      this.#noPassword = true;
      if (this.#mac(algorithm, salt.octets(), iterations, contents).equals(wanted)) return;
    }
    throw new KeyStoreError(
      "password",
      "Cannot open PKCS #12 key store: the password is wrong, or the file was changed",
    );
  }

  /** Decrypts under an AlgorithmIdentifier. @throws KeyStoreError "password" when the result cannot be right. */
  decrypt(algorithm: DerValue, data: Buffer): Buffer {
    const name = algorithm.child(0, "encryption algorithm").objectId("encryption algorithm");
    const parameters = algorithm.child(1, "encryption parameters");
    if (name === PBES2) return this.#decryptPbes2(parameters, data);
    const cipher = LEGACY_CIPHERS[name];
    if (cipher === undefined) throw unsupported("encryption", name);
    const salt = this.#salt(parameters.child(0, "salt").octets());
    const iterations = this.#spend(parameters.child(1, "iterations").integer("iterations"));
    const password = this.#bmp();
    const key = pkcs12Derive("sha1", Pkcs12Purpose.Key, password, salt, iterations, cipher[1]);
    const iv = pkcs12Derive("sha1", Pkcs12Purpose.Iv, password, salt, iterations, 8);
    return cipher[0] === "rc2-cbc"
      ? withoutPadding(decryptRc2Cbc(key, iv, wholeBlocks(data)))
      : decipher(cipher[0], key, iv, data);
  }

  #decryptPbes2(parameters: DerValue, data: Buffer): Buffer {
    const scheme = parameters.child(1, "encryption scheme");
    const name = scheme.child(0, "cipher").objectId("cipher");
    const cipher = CIPHERS[name];
    if (cipher === undefined) throw unsupported("cipher", name);
    const key = this.#pbkdf2(parameters.child(0, "key derivation"), cipher[1]);
    return decipher(cipher[0], key, scheme.child(1, "initialisation vector").octets(), data);
  }

  #mac(algorithm: DerValue, salt: Buffer, iterations: number, contents: Buffer): Buffer {
    const name = algorithm.child(0, "MAC algorithm").objectId("MAC algorithm");
    if (name === PBMAC1) return this.#pbmac1(algorithm.child(1, "MAC parameters"), contents);
    const hash = HASHES[name];
    if (hash === undefined) throw unsupported("MAC", name);
    const length = createHmac(hash, "").digest().length;
    const rounds = this.#spend(iterations);
    const key = pkcs12Derive(hash, Pkcs12Purpose.Mac, this.#bmp(), this.#salt(salt), rounds, length);
    return createHmac(hash, key).update(contents).digest();
  }

  /** RFC 9579: the key comes from PBKDF2 instead. */
  #pbmac1(parameters: DerValue, contents: Buffer): Buffer {
    const name = parameters.child(1, "MAC scheme").child(0, "MAC scheme").objectId("MAC scheme");
    const hash = HMACS[name];
    if (hash === undefined) throw unsupported("MAC", name);
    return createHmac(hash, this.#pbkdf2(parameters.child(0, "key derivation"), null))
      .update(contents)
      .digest();
  }

  /** `SEQUENCE { salt, iterations, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 }`; null takes the length that stands there. */
  #pbkdf2(derivation: DerValue, keyLength: number | null): Buffer {
    const name = derivation.child(0, "key derivation").objectId("key derivation");
    if (name !== PBKDF2) throw unsupported("key derivation", name);
    const [salt, rounds, ...rest] = derivation.child(1, "key derivation parameters").children();
    if (salt === undefined || rounds === undefined) {
      throw new KeyStoreError(
        "malformed",
        "Cannot read PKCS #12 key store: its key derivation has no salt or iterations",
      );
    }
    const written = rest.find(({ tag }) => tag === DerTag.Integer)?.integer("key length");
    const prf = rest
      .find(({ tag }) => tag === DerTag.Sequence)
      ?.child(0, "pseudo-random function")
      .objectId("pseudo-random function");
    const hash = prf === undefined ? "sha1" : HMACS[prf];
    if (hash === undefined) throw unsupported("pseudo-random function", prf ?? "");
    const length = keyLength ?? written;
    if (length === undefined || length < 1 || length > MAC_KEY_BYTES_MAX) {
      throw new KeyStoreError(
        "limit",
        `Cannot read PKCS #12 key store: its MAC key has ${length} bytes, must have 1 to ${MAC_KEY_BYTES_MAX}`,
      );
    }
    const iterations = this.#spend(rounds.integer("iterations"));
    return pbkdf2Sync(this.#password, this.#salt(salt.octets()), iterations, length, hash);
  }

  #bmp(): Buffer {
    return bmpPassword(this.#noPassword ? null : this.#password);
  }

  #salt(salt: Buffer): Buffer {
    if (salt.length <= SALT_BYTES_MAX) return salt;
    throw new KeyStoreError(
      "limit",
      `Cannot read PKCS #12 key store: a salt has ${salt.length} bytes, must have at most ${SALT_BYTES_MAX}`,
    );
  }

  #spend(iterations: number): number {
    this.#iterationsLeft -= Math.max(iterations, 1);
    if (iterations >= 1 && this.#iterationsLeft >= 0) return iterations;
    const wish = `must ask for 1 to ${ITERATIONS_MAX} in all`;
    throw new KeyStoreError(
      "limit",
      `Cannot read PKCS #12 key store: it asks for ${iterations} key derivation rounds, ${wish}`,
    );
  }
}

function decipher(name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer {
  try {
    const cipher = createDecipheriv(name, key, iv);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch (error) {
    throw new KeyStoreError(
      "password",
      `Cannot decrypt PKCS #12 key store (${name}): the password must be the store's`,
      error,
    );
  }
}

function wholeBlocks(data: Buffer): Buffer {
  if (data.length > 0 && data.length % 8 === 0) return data;
  throw new KeyStoreError(
    "malformed",
    `Cannot decrypt PKCS #12 key store: ${data.length} bytes must be whole blocks of 8`,
  );
}

/** PKCS #7 padding of blocks of 8. */
function withoutPadding(plain: Buffer): Buffer {
  const padding = plain.at(-1)!;
  const end = plain.length - padding;
  if (padding >= 1 && padding <= 8 && plain.subarray(end).every((byte) => byte === padding))
    return plain.subarray(0, end);
  throw new KeyStoreError("password", "Cannot decrypt PKCS #12 key store (rc2-cbc): the password must be the store's");
}

function unsupported(what: string, objectId: string): KeyStoreError {
  return new KeyStoreError(
    "unsupported",
    `Cannot read PKCS #12 key store: its ${what} is ${objectId}, which is not among those known here`,
  );
}

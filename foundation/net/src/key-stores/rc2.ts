/**
 * RC2 in CBC mode, decryption only (RFC 2268). Java 8's keytool hid certificates in PKCS #12 under 40 bits of it; OpenSSL 3
 * has it in a provider that Node does not load. It protects nothing, and is here to read old files.
 */
export function decryptRc2Cbc(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const schedule = expandKey(key);
  const plain = Buffer.alloc(data.length);
  let previous = iv;
  for (let at = 0; at < data.length; at += 8) {
    const block = data.subarray(at, at + 8);
    decryptBlock(schedule, block, plain.subarray(at, at + 8));
    for (let byte = 0; byte < 8; byte++) plain[at + byte] = plain[at + byte]! ^ previous[byte]!;
    previous = block;
  }
  return plain;
}

/** The digits of pi as RC2 shuffles them: a permutation of 0…255 (RFC 2268 §2). */
const PI_TABLE = Buffer.from(
  "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
  "hex",
);

/** 64 words of 16 bits. The effective key length is the key's own. */
function expandKey(key: Buffer): Uint16Array {
  const length = key.length;
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let at = length; at < 128; at++) bytes[at] = PI_TABLE[(bytes[at - 1]! + bytes[at - length]!) & 0xff]!;
  bytes[128 - length] = PI_TABLE[bytes[128 - length]!]!;
  for (let at = 127 - length; at >= 0; at--) bytes[at] = PI_TABLE[bytes[at + 1]! ^ bytes[at + length]!]!;
  return Uint16Array.from({ length: 64 }, (_, word) => bytes[2 * word]! | (bytes[2 * word + 1]! << 8));
}

const ROTATIONS = [1, 2, 3, 5] as const;

function decryptBlock(schedule: Uint16Array, block: Buffer, plain: Buffer): void {
  const words = Uint16Array.from({ length: 4 }, (_, index) => block.readUInt16LE(2 * index));
  let key = 63;
  const mix = () => {
    for (let index = 3; index >= 0; index--) {
      const rotation = ROTATIONS[index]!;
      const word = words[index]!;
      const rotated = ((word >>> rotation) | (word << (16 - rotation))) & 0xffff;
      const [one, two, three] = [words[(index + 3) & 3]!, words[(index + 2) & 3]!, words[(index + 1) & 3]!];
      words[index] = rotated - schedule[key--]! - (one & two) - (~one & three);
    }
  };
  const mash = () => {
    for (let index = 3; index >= 0; index--) words[index] = words[index]! - schedule[words[(index + 3) & 3]! & 63]!;
  };
  for (const rounds of [5, 6, 5]) {
    for (let round = 0; round < rounds; round++) mix();
    if (key >= 0) mash();
  }
  for (let index = 0; index < 4; index++) plain.writeUInt16LE(words[index]!, 2 * index);
}

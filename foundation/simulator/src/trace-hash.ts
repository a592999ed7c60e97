/**
 * A fingerprint of everything that happened in a run, in order: two runs of a seed must have the same one. Two 32-bit
 * lanes of FNV-1a; it guards against accidents, not against an adversary.
 */
export class TraceHash {
  #low = 0x811c9dc5;
  #high = 0x01000193;

  addNumber(value: number): void {
    // Zxids need more than 32 bits; parts of milliseconds count too.
    const whole = Math.floor(value);
    this.#mix(whole | 0);
    this.#mix(Math.floor(whole / 0x1_0000_0000));
    if (whole !== value) this.#mix(((value - whole) * 0x1_0000_0000) | 0);
  }

  addText(text: string): void {
    for (let at = 0; at < text.length; at++) this.#mix(text.charCodeAt(at));
    this.#mix(text.length);
  }

  /** 16 hexadecimal digits. */
  get value(): string {
    return hex(this.#high) + hex(this.#low);
  }

  #mix(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x01000193);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(this.#high ^ word ^ this.#low, 0x85ebca6b);
    this.#high ^= this.#high >>> 13;
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

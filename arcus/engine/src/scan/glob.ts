const BACKSLASH = 0x5c;
const STAR = 0x2a;
const QUESTION_MARK = 0x3f;

/** So that matching stays cheap: each star can cost one more walk over the key. */
const LENGTH_MAX = 64;
const STARS_MAX = 4;

/**
 * A pattern for names of keys and prefixes: `*` is any run of bytes, `?` any byte, `\*`, `\?` and `\\` are the
 * characters themselves.
 */
export class Glob {
  readonly #pattern: Buffer;

  private constructor(pattern: Buffer) {
    this.#pattern = pattern;
  }

  /**
   * Reads a pattern, a character a byte.
   * @returns undefined for one that is empty, longer than 64 characters, has more than 4 stars, or a backslash before
   *   anything else
   */
  static parse(text: string): Glob | undefined {
    if (text.length === 0 || text.length > LENGTH_MAX) return undefined;
    const pattern = Buffer.from(text, "latin1");
    let stars = 0;
    for (let at = 0; at < pattern.length; at++) {
      if (pattern[at] === BACKSLASH) {
        at++;
        const next = pattern[at];
        if (next !== STAR && next !== QUESTION_MARK && next !== BACKSLASH) return undefined;
      } else if (pattern[at] === STAR && ++stars > STARS_MAX) {
        return undefined;
      }
    }
    return new Glob(pattern);
  }

  /** Whether all of `bytes[start, end)` matches. Takes at most the product of both lengths; allocates nothing. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    const pattern = this.#pattern;
    let at = start;
    let from = 0;
    // Where to go on after a mismatch: behind the last star, one byte further in the text.
    let starFrom = -1;
    let starAt = 0;
    while (at < end) {
      const wanted = pattern[from];
      if (wanted === STAR) {
        starFrom = ++from;
        starAt = at;
      } else if (wanted === BACKSLASH && pattern[from + 1] === bytes[at]) {
        from += 2;
        at++;
      } else if (wanted !== BACKSLASH && (wanted === QUESTION_MARK || wanted === bytes[at])) {
        from++;
        at++;
      } else if (starFrom < 0) {
        return false;
      } else {
        from = starFrom;
        at = ++starAt;
      }
    }
    while (pattern[from] === STAR) from++;
    return from === pattern.length;
  }
}

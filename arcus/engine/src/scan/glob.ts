const BACKSLASH = "\\";
const STAR = "*";
const QUESTION_MARK = "?";

/** So that matching stays cheap: each star can cost one more walk over the key. */
const LENGTH_MAX = 64;
const STARS_MAX = 4;

/**
 * A pattern for names of keys and prefixes, a character a byte: `*` is any run of them, `?` any one, `\*`, `\?` and `\\` are the
 * characters themselves.
 */
export class Glob {
  readonly #pattern: string;

  private constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /**
   * Reads a pattern.
   * @returns undefined for one that is empty, longer than 64 characters, has more than 4 stars, or a backslash before
   *   anything else
   */
  static parse(pattern: string): Glob | undefined {
    if (pattern.length === 0 || pattern.length > LENGTH_MAX) return undefined;
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

  /** Whether all of the name matches. Takes at most the product of both lengths; allocates nothing. */
  matches(name: string): boolean {
    const pattern = this.#pattern;
    let at = 0;
    let from = 0;
    // Where to go on after a mismatch: behind the last star, one byte further in the name.
    let starFrom = -1;
    let starAt = 0;
    while (at < name.length) {
      const wanted = pattern[from];
      if (wanted === STAR) {
        starFrom = ++from;
        starAt = at;
      } else if (wanted === BACKSLASH && pattern[from + 1] === name[at]) {
        from += 2;
        at++;
      } else if (wanted !== BACKSLASH && (wanted === QUESTION_MARK || wanted === name[at])) {
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

/** A word as a shell reads it back; left as it is where it needs no quotes. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command of several words. */
export function commandText(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

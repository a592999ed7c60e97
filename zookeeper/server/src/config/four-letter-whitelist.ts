/** Every word that a server knows; `hash` since 3.6. */
export const FOUR_LETTER_WORDS = [
  "conf",
  "cons",
  "crst",
  "dirs",
  "dump",
  "envi",
  "gtmk",
  "hash",
  "isro",
  "mntr",
  "ruok",
  "srst",
  "srvr",
  "stat",
  "stmk",
  "wchc",
  "wchp",
  "wchs",
] as const;

/** A word that a server knows. */
export type FourLetterWord = (typeof FOUR_LETTER_WORDS)[number];

/**
 * The words that are answered: those listed, all for `*`, always `srvr` (zkServer.sh status needs it), and `isro`
 * where read-only clients look for a server.
 */
export function enabledFourLetterWords(listed: readonly string[], readOnlyModeEnabled: boolean): ReadonlySet<string> {
  const enabled = new Set<string>();
  for (const word of listed) {
    if (word === "*") {
      for (const known of FOUR_LETTER_WORDS) enabled.add(known);
      break;
    }
    enabled.add(word);
  }
  if (readOnlyModeEnabled) enabled.add("isro");
  enabled.add("srvr");
  return enabled;
}

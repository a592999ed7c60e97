import { tlsOptions } from "../client-security.ts";
import { askFourLetterWord } from "./four-letter-word.ts";

/** `four-letter-word-main.ts [-Dname=value…] HOST PORT WORD [true for TLS]`: prints the answer. */

const TIMEOUT_MS = 5_000;

const words = process.argv.slice(2).filter((word) => !word.startsWith("-D"));
const definitions = process.argv.slice(2).filter((word) => word.startsWith("-D"));
const properties = new Map(
  definitions.map((definition) => {
    const [name = "", ...value] = definition.slice(2).split("=");
    return [name, value.join("=")] as const;
  }),
);
const [host, port, word, secure] = words;
if (host === undefined || port === undefined || word === undefined) {
  process.stderr.write("Usage: FourLetterWordMain <host> <port> <cmd> <secure(optional)>\n");
  process.exit(1);
}
try {
  const tls = secure === "true" ? await tlsOptions(properties) : null;
  process.stdout.write(`${await askFourLetterWord(word, { host, port: Number(port), tls, timeoutMs: TIMEOUT_MS })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

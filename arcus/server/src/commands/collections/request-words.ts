import { NO_DATA, REFUSED, type Session } from "../command.ts";
import type { Request } from "../../connection/request.ts";
import { INT32_MAX, isInt32, UINT32_MAX } from "../numbers.ts";

/** Where the key stands in `lop insert <key>` and its like. */
export const KEY_WORD = 2;

export const BAD_FORMAT = "CLIENT_ERROR bad command line format";

const KEY_BYTES_MAX = 16_000;
const LINE_END_BYTES = 2;

/** A word that is a signed number of 32 bits; NaN for any other. */
export function int32(request: Request, word: number): number {
  const value = request.int(word);
  return isInt32(value) ? value : Number.NaN;
}

/** A word that is an unsigned number of 32 bits; −1 for any other. */
export function uint32(request: Request, word: number): number {
  const value = request.uint(word);
  return value <= UINT32_MAX ? value : -1;
}

/** Whether the key is one that the cache could hold; if not, the request is refused. */
export function hasKey(request: Request, session: Session, keyWord = KEY_WORD): boolean {
  if (request.length(keyWord) <= KEY_BYTES_MAX) return true;
  session.reply(BAD_FORMAT);
  return false;
}

/** Reads the last word, `noreply` or `pipe`, and acts on it. @returns how many words stand before it */
export function wordsBeforeReplyMode(request: Request, session: Session, canPipe = true): number {
  const last = request.count - 1;
  const pipes = canPipe && request.is(last, "pipe");
  session.noreply = pipes || request.is(last, "noreply");
  if (pipes) session.pipe.open();
  return session.noreply ? last : request.count;
}

/**
 * The length of the element behind the line, for `dataLength`. Its words are right but for the length itself; an
 * element too large, and one of a pipe that broke off, is skipped.
 */
export function elementLength(request: Request, session: Session, lengthWord: number): number {
  const length = int32(request, lengthWord);
  if (!(length >= 0 && length <= INT32_MAX - LINE_END_BYTES)) return refuse(session, BAD_FORMAT);
  const bytes = length + LINE_END_BYTES;
  if (!session.pipe.admits(!session.noreply)) return skip(session, bytes);
  if (bytes <= session.cache.limits.elementBytesMax) return length;
  session.reply("CLIENT_ERROR too large value");
  return skip(session, bytes);
}

/** Refuses the line; what follows it is read as the next line. */
export function refuse(session: Session, line: string): number {
  session.reply(line);
  return REFUSED;
}

/** Skips the data block, CRLF included, without another word. */
export function skip(session: Session, bytes: number): number {
  session.swallow(bytes);
  return REFUSED;
}

/** What stands in the second line of `<lenfields> <numfields>`: its length for `dataLength`. */
export function nameBlockLength(request: Request, session: Session, limits: NameLimits): number {
  const length = uint32(request, limits.word);
  const count = uint32(request, limits.word + 1);
  if (length < 0 || count < 0 || length > UINT32_MAX - LINE_END_BYTES) return refuse(session, BAD_FORMAT);
  if ((length === 0) !== (count === 0)) return refuse(session, BAD_FORMAT);
  if (count === 0) return NO_DATA;
  const lengthMax = count * limits.nameBytesMax + count - 1;
  if (length <= lengthMax && count <= limits.countMax && count <= Math.floor(length / 2) + 1) return length;
  session.reply("CLIENT_ERROR bad value");
  return skip(session, length + LINE_END_BYTES);
}

interface NameLimits {
  /** Where the length stands; the count is the next word. */
  readonly word: number;
  readonly nameBytesMax: number;
  readonly countMax: number;
}

/** Splits so many names, which single spaces part, or commas as once; null when they are not so many or too long. */
export function splitNames(text: string, count: number, nameBytesMax: number): string[] | null {
  return (
    splitAt(" ", text, count, nameBytesMax) ?? (text.includes(" ") ? null : splitAt(",", text, count, nameBytesMax))
  );
}

function splitAt(separator: string, text: string, count: number, nameBytesMax: number): string[] | null {
  const names = text.split(separator);
  if (names.length !== count) return null;
  return names.every((name) => name.length > 0 && name.length <= nameBytesMax) ? names : null;
}

/** A request line whose end has not come may be so long, unless it is a get of many keys. */
const LINE_BYTES_MAX = 24 * 1024;
const GET_LINE_BYTES_MAX = 8 * 1024 * 1024;
/** Spaces that a line may begin with, looked at once it is this long. */
const SPACES_MAX = 100;
const SPACES_CHECKED_BYTES = 1024;
const SPACE = 0x20;
const WORD_BYTES = 5;

/** Whether input without a line end is too long to become a request, so that its sender is better cut off. */
export function isTooLongForLine(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length <= SPACES_CHECKED_BYTES) return false;
  let at = start;
  while (at < end && bytes[at] === SPACE) at++;
  if (at - start > SPACES_MAX) return true;
  const word = bytes.latin1Slice(at, Math.min(at + WORD_BYTES, end));
  const isGet = word.startsWith("get ") || word === "gets ";
  return length > (isGet ? GET_LINE_BYTES_MAX : LINE_BYTES_MAX);
}

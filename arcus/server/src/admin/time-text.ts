/** A moment as the real server's reports print it, in local time. */

const two = (value: number): string => String(value).padStart(2, "0");

/** `20261121_43759`: date and time as two whole numbers, so the time has no leading zeros. */
export function runText(atMs: number): string {
  const at = new Date(atMs);
  const date = at.getFullYear() * 10_000 + (at.getMonth() + 1) * 100 + at.getDate();
  return `${date}_${at.getHours() * 10_000 + at.getMinutes() * 100 + at.getSeconds()}`;
}

/** `04:38:01.002610`: time of day with microseconds. */
export function timeText(atMs: number): string {
  const at = new Date(atMs);
  const micros = Math.floor((atMs - Math.floor(atMs / 1000) * 1000) * 1000);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(micros).padStart(6, "0")}`;
}

/** `20261121043748`: a moment in one number, as `stats prefixes` and `scan prefix` print it. */
export function stampText(atMs: number): string {
  const at = new Date(atMs);
  const date = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${date}${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

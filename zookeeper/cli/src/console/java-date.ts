/**
 * Zones whose abbreviation ICU's English data does not have; operators of such zones are used to them from Java.
 * Two names where there is summer time: standard, summer.
 */
const CENTRAL_EUROPE = ["CET", "CEST"] as const;
const ZONE_NAMES: Readonly<Record<string, readonly [standard: string, summer?: string]>> = {
  "Asia/Seoul": ["KST"],
  "Asia/Tokyo": ["JST"],
  "Asia/Shanghai": ["CST"],
  "Asia/Hong_Kong": ["HKT"],
  "Asia/Singapore": ["SGT"],
  "Asia/Kolkata": ["IST"],
  "Asia/Calcutta": ["IST"],
  "Europe/London": ["GMT", "BST"],
  "Europe/Berlin": CENTRAL_EUROPE,
  "Europe/Paris": CENTRAL_EUROPE,
  "Europe/Madrid": CENTRAL_EUROPE,
  "Europe/Rome": CENTRAL_EUROPE,
  "Europe/Vienna": CENTRAL_EUROPE,
  "Europe/Zurich": CENTRAL_EUROPE,
  "Europe/Amsterdam": CENTRAL_EUROPE,
  "Europe/Moscow": ["MSK"],
  "Australia/Sydney": ["AEST", "AEDT"],
};

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    month: "short",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    year: "numeric",
    timeZoneName: "short",
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/**
 * A time as java.util.Date prints it: `Sat Nov 21 04:13:10 UTC 2026`.
 *
 * @param timeMs since 1970
 * @param timeZone an IANA name; that of this process when omitted
 */
export function formatJavaDate(timeMs: number, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const formatter = formatterOf(timeZone);
  const parts = Object.fromEntries(formatter.formatToParts(timeMs).map((part) => [part.type, part.value]));
  const { weekday, month, day, hour, minute, second, year } = parts;
  return `${weekday} ${month} ${day} ${hour}:${minute}:${second} ${zoneName(formatter, timeMs, parts["timeZoneName"])} ${year}`;
}

function zoneName(formatter: Intl.DateTimeFormat, timeMs: number, name = ""): string {
  const names = ZONE_NAMES[formatter.resolvedOptions().timeZone];
  if (names === undefined) return name;
  const [standard, summer = standard] = names;
  // Standard time is the smaller offset of January and July, in either hemisphere.
  const year = new Date(timeMs).getUTCFullYear();
  const offsets = [Date.UTC(year, 0), Date.UTC(year, 6), timeMs].map((time) => offsetMinutes(formatter, time));
  return offsets[2] === Math.min(offsets[0] ?? 0, offsets[1] ?? 0) ? standard : summer;
}

function offsetMinutes(formatter: Intl.DateTimeFormat, timeMs: number): number {
  const { timeZone } = formatter.resolvedOptions();
  const offset = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(timeMs);
  const text = offset.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(text);
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

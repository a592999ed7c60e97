import { expect, test } from "vitest";
import { formatJavaDate } from "./java-date.ts";

test.each([
  [Date.UTC(2026, 10, 21, 4, 13, 10), "UTC", "Sat Nov 21 04:13:10 UTC 2026"],
  [0, "UTC", "Thu Jan 01 00:00:00 UTC 1970"],
  [Date.UTC(2026, 10, 21, 15, 0, 1), "Asia/Seoul", "Sun Nov 22 00:00:01 KST 2026"],
  [Date.UTC(2026, 6, 1, 12), "Europe/Berlin", "Wed Jul 01 14:00:00 CEST 2026"],
  [Date.UTC(2026, 0, 1, 12), "Europe/Berlin", "Thu Jan 01 13:00:00 CET 2026"],
  [Date.UTC(2026, 0, 1, 12), "Australia/Sydney", "Thu Jan 01 23:00:00 AEDT 2026"],
  [Date.UTC(2026, 6, 1, 12), "America/New_York", "Wed Jul 01 08:00:00 EDT 2026"],
])("%d in %s", (timeMs, timeZone, text) => {
  expect(formatJavaDate(timeMs, timeZone)).toBe(text);
});

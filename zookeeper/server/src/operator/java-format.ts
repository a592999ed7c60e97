import { formatHostPort } from "@branta/foundation-config";
import { hostAddress } from "@branta/zookeeper-engine";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A number as Java prints a double: always with a fraction, with an exponent from 10^7 on and below 10^-3. */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits, exponent] = value.toExponential().split("e") as [string, string];
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** A signed 64-bit number as Java's Long.toHexString prints it: as if it were unsigned. */
export function hexOfLong(value: bigint | number): string {
  return BigInt.asUintN(64, BigInt(value)).toString(16);
}

/** A point in time as Java's Date.toString prints it, in the zone of this machine: `Sat Nov 21 11:46:40 UTC 2026`. */
export function formatDate(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  const zone = parts.find((part) => part.type === "timeZoneName")?.value ?? "UTC";
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${two(date.getDate())} ${time} ${zone} ${date.getFullYear()}`;
}

/** A socket address as Java prints it: `/127.0.0.1:2181`, `/[0:0:0:0:0:0:0:1]:2181`. */
export function formatSocketAddress(remoteAddress: string, port: number): string {
  return `/${formatHostPort({ host: hostAddress(remoteAddress), port })}`;
}

import type { Stat } from "@branta/zookeeper-protocol";
import { formatJavaDate } from "./java-date.ts";

/** The eleven lines by which `stat` and every `-s` show a node's stat. */
export function statLines(stat: Stat): string[] {
  return [
    `cZxid = ${hex(stat.czxid)}`,
    `ctime = ${formatJavaDate(stat.ctime)}`,
    `mZxid = ${hex(stat.mzxid)}`,
    `mtime = ${formatJavaDate(stat.mtime)}`,
    `pZxid = ${hex(stat.pzxid)}`,
    `cversion = ${stat.cversion}`,
    `dataVersion = ${stat.version}`,
    `aclVersion = ${stat.aversion}`,
    `ephemeralOwner = ${hex(stat.ephemeralOwner)}`,
    `dataLength = ${stat.dataLength}`,
    `numChildren = ${stat.numChildren}`,
  ];
}

/** A stat for `--json`: the protocol's names, times in ms, the owner as text because it does not fit a number. */
export function statJson(stat: Stat): Record<string, number | string> {
  return { ...stat, ephemeralOwner: hex(stat.ephemeralOwner) };
}

/** As Java's Long.toHexString: negative numbers as their 64-bit complement. */
function hex(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

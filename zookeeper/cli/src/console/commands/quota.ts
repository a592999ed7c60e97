import { isZooKeeperError, type ZooKeeper } from "@branta/zookeeper-client";
import { QUOTA_ROOT, quotaLimitPath, quotaStatPath, StatsTrack } from "@branta/zookeeper-protocol";
import type { Command, CommandCall } from "../command.ts";
import { ConsoleError } from "../console-error.ts";
import type { ConsoleOutput } from "../console-output.ts";
import { checkPath } from "../path-words.ts";
import { ensureQuotaNode, quotaPath, refuseNestedQuotas, trimQuotaTree } from "./quota-tree.ts";

const NOT_SET = -1;

/** The four limits: option, name in the node, what it must be above, and how a wrong one is refused. */
const LIMITS = [
  { name: "n", description: "num soft quota", field: "count", least: 1 },
  { name: "b", description: "bytes soft quota", field: "bytes", least: 0 },
  { name: "N", description: "num hard quota", field: "countHardLimit", least: 1 },
  { name: "B", description: "bytes hard quota", field: "byteHardLimit", least: 0 },
] as const;

export const setQuota: Command = {
  name: "setquota",
  usage: "-n|-b|-N|-B val path",
  options: LIMITS.map(({ name, description }) => ({ name, description, takesValue: true })),
  exclusive: "required",
  wordsMin: 1,
  async run(call, { zk, output }) {
    const path = call.word(0);
    if (path.startsWith(QUOTA_ROOT)) {
      output.note(`cannot set a quota under the path: ${QUOTA_ROOT}`);
      return;
    }
    const limits = wantedLimits(call, output);
    if (limits === null) return;
    checkPath(path);
    if ((await zk.exists(path)) === null) throw new ConsoleError("malformedPath", `${path} does not exist.`);
    await refuseNestedQuotas(zk, path);
    await ensureQuotaNode(zk, path);
    const saved = await saveLimits(zk, path, limits);
    const used = StatsTrack.parse((await zk.get(quotaStatPath(path))).data);
    warnIfExceeded(saved, used, output);
    output.value({ path, limits: limitsJson(saved) });
  },
};

export const listQuota: Command = {
  name: "listquota",
  usage: "path",
  wordsMin: 1,
  async run(call, { zk, output }) {
    const path = call.word(0);
    output.note(`absolute path is ${quotaLimitPath(path)}`);
    checkPath(quotaLimitPath(path));
    try {
      const limits = StatsTrack.parse((await zk.get(quotaLimitPath(path))).data);
      const used = StatsTrack.parse((await zk.get(quotaStatPath(path))).data);
      output.line(`Output quota for ${path} ${limits.toString()}`);
      output.line(`Output stat for ${path} ${used.toString()}`);
      output.value({ path, limits: limitsJson(limits), used: { count: used.count, bytes: used.bytes } });
    } catch (error) {
      if (!isZooKeeperError(error, "NoNode")) throw error;
      output.note(`quota for ${path} does not exist.`);
      output.value({ path, limits: null, used: null });
    }
  },
};

export const deleteQuota: Command = {
  name: "delquota",
  usage: "[-n|-b|-N|-B] path",
  options: LIMITS.map(({ name, description }) => ({ name, description })),
  exclusive: "optional",
  wordsMin: 1,
  async run(call, { zk, output }) {
    const path = call.word(0);
    checkPath(path);
    if ((await zk.exists(quotaLimitPath(path))) === null) {
      output.line(`Quota does not exist for ${path}`);
      output.value({ path, limits: null });
      return;
    }
    const chosen = LIMITS.filter(({ name }) => call.has(name));
    if (chosen.length === 0) {
      const { children } = await zk.children(quotaPath(path));
      for (const child of children) await zk.delete(`${quotaPath(path)}/${child}`);
      await trimQuotaTree(zk, path);
      output.value({ path, limits: null });
      return;
    }
    const limits = StatsTrack.parse((await zk.get(quotaLimitPath(path))).data);
    for (const { field } of chosen) limits[field] = NOT_SET;
    await zk.set(quotaLimitPath(path), limits.toBytes());
    output.value({ path, limits: limitsJson(limits) });
  },
};

/** The limits that the options ask for; null after telling what is wrong with them, which is no failure to Apache. */
function wantedLimits(call: CommandCall, output: ConsoleOutput): StatsTrack | null {
  const limits = new StatsTrack();
  for (const { field } of LIMITS) limits[field] = NOT_SET;
  for (const { name, field, least } of LIMITS) {
    const text = call.text(name);
    if (text === undefined) continue;
    if (!/^[+-]?\d+$/.test(text)) {
      output.note("NumberFormatException happens when parsing the option value");
      return null;
    }
    if (Number(text) < least) {
      output.note(
        least === 1
          ? "the num quota must be greater than zero"
          : "the bytes quota must be greater than or equal to zero",
      );
      return null;
    }
    limits[field] = Number(text);
  }
  return limits;
}

/** Writes the limits, keeping those set before that are not asked for now. Answers what holds from now on. */
async function saveLimits(zk: ZooKeeper, path: string, wanted: StatsTrack): Promise<StatsTrack> {
  const limitPath = quotaLimitPath(path);
  if ((await zk.exists(limitPath)) === null) {
    const nothingUsed = new StatsTrack();
    nothingUsed.count = 0;
    nothingUsed.bytes = 0;
    await zk.create(limitPath, wanted.toBytes());
    await zk.create(quotaStatPath(path), nothingUsed.toBytes());
    return wanted;
  }
  const limits = StatsTrack.parse((await zk.get(limitPath)).data);
  for (const { field } of LIMITS) {
    if (wanted[field] !== NOT_SET) limits[field] = wanted[field];
  }
  await zk.set(limitPath, limits.toBytes());
  return limits;
}

function warnIfExceeded(limits: StatsTrack, used: StatsTrack, output: ConsoleOutput): void {
  const isBelow = (limit: number, value: number): boolean => limit !== NOT_SET && limit < value;
  if (isBelow(limits.count, used.count) || isBelow(limits.countHardLimit, used.count)) {
    output.line(`[Warning]: the count quota you create is less than the existing count:${used.count}`);
  }
  if (isBelow(limits.bytes, used.bytes) || isBelow(limits.byteHardLimit, used.bytes)) {
    output.line(`[Warning]: the bytes quota you create is less than the existing bytes:${used.bytes}`);
  }
}

function limitsJson(limits: StatsTrack): Record<string, number | null> {
  return Object.fromEntries(LIMITS.map(({ field }) => [field, limits[field] === NOT_SET ? null : limits[field]]));
}

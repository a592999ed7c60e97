import { isZooKeeperError, type NodeOptions } from "@branta/zookeeper-client";
import { type Acl, ErrorCode, errorMessage, TTL_MS_MAX } from "@branta/zookeeper-protocol";
import { parseAcl, refuseEmptyAcl } from "../acl-text.ts";
import type { Command, CommandCall } from "../command.ts";
import { ConsoleError } from "../console-error.ts";
import type { ConsoleOutput } from "../console-output.ts";
import { checkPath } from "../path-words.ts";
import { statJson } from "../stat-block.ts";

export const create: Command = {
  name: "create",
  usage: "[-s] [-e] [-c] [-t ttl] path [data] [acl]",
  options: [{ name: "e" }, { name: "s" }, { name: "c" }, { name: "t", takesValue: true }],
  wordsMin: 1,
  async run(call, { zk, output, onEphemeral }) {
    const [path = "", data = null, aclText] = call.words;
    const options = nodeOptions(call);
    const { acl, problems } = aclText === undefined ? { acl: undefined, problems: [] } : parseAcl(aclText);
    for (const problem of problems) output.note(problem);
    checkPath(path, options.sequential);
    const created = await refusingAcl(output, acl, () => zk.create(path, data, { ...options, acl }));
    if (options.ephemeral === true) onEphemeral();
    output.note(`Created ${created.path}`);
    output.value({ path: created.path, stat: statJson(created.stat) });
  },
};

/** An ACL that is refused is told of twice: it may be the ACL, or the lack of an identity that it stands for. */
async function refusingAcl<T>(
  output: ConsoleOutput,
  acl: readonly Acl[] | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    refuseEmptyAcl(acl);
    return await work();
  } catch (error) {
    if (isZooKeeperError(error, "InvalidAcl")) output.note(errorMessage(ErrorCode.InvalidAcl, error.path));
    throw error;
  }
}

function nodeOptions(call: CommandCall): NodeOptions {
  const ephemeral = call.has("e");
  const sequential = call.has("s");
  const container = call.has("c");
  if (container && (ephemeral || sequential)) {
    throw refuse("-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.");
  }
  const ttlMs = ttlOf(call);
  if (ttlMs !== undefined && ephemeral) throw refuse("TTLs cannot be used with Ephemeral znodes");
  if (ttlMs !== undefined && container) throw refuse("TTLs cannot be used with Container znodes");
  if (ttlMs !== undefined && (ttlMs <= 0 || ttlMs > TTL_MS_MAX)) {
    throw refuse(`ttl must be positive and cannot be larger than: ${TTL_MS_MAX}`);
  }
  return { ephemeral, sequential, container, ttlMs };
}

function ttlOf(call: CommandCall): number | undefined {
  const text = call.text("t");
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw refuse("-t argument must be a long value");
  return Number(text);
}

function refuse(message: string): ConsoleError {
  return new ConsoleError("malformedCommand", message);
}

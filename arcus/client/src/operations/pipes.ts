import { ArcusProtocolError, ErrorReply, piped, PipeReply, type Request, type Status } from "@branta/arcus-protocol";
import { ArcusError } from "../arcus-error.ts";
import type { CallOptions } from "../call-options.ts";
import type { Core } from "./core.ts";
import { meaningOf } from "./replies.ts";

/** Commands in one pipe at most. */
const PIPE_COMMANDS_MAX = 500;

/** One command of many. */
export interface PipedCommand {
  readonly key: string;
  readonly makeRequest: () => Request;
}

/**
 * Sends many commands, those for one node as pipes of up to 500, and answers in their order. What failed is an error in its
 * place; it does not keep the others from being done.
 */
export async function runPiped<T>(
  core: Core,
  commands: readonly PipedCommand[],
  meanings: Partial<Record<Status, T>>,
  attempt: string,
  call: CallOptions,
): Promise<readonly (T | ArcusError)[]> {
  const outcomes = Array.from<T | ArcusError>({ length: commands.length });
  const ready: { readonly at: number; readonly key: string; readonly request: Request }[] = [];
  commands.forEach(({ key, makeRequest }, at) => {
    try {
      ready.push({ at, key, request: makeRequest() });
    } catch (error) {
      if (error instanceof ArcusError) outcomes[at] = error;
      else if (error instanceof ArcusProtocolError) {
        outcomes[at] = new ArcusError("invalidArgument", error.message, { key, cause: error });
      } else throw error;
    }
  });
  const groups = core.dispatcher.groupByOwner(ready, ({ key }) => key);
  const work = [...groups].map(async ([node, group]) => {
    for (let start = 0; start < group.length; start += PIPE_COMMANDS_MAX) {
      const chunk = group.slice(start, start + PIPE_COMMANDS_MAX);
      const results = await runChunk(core, node, chunk, call);
      chunk.forEach(({ at, key }, index) => {
        outcomes[at] = outcomeOf(results[index]!, meanings, attempt, key);
      });
    }
  });
  await Promise.all(work);
  return outcomes;
}

async function runChunk(
  core: Core,
  node: string,
  chunk: readonly { readonly key: string; readonly request: Request }[],
  call: CallOptions,
): Promise<readonly (Status | bigint | ErrorReply | ArcusError)[]> {
  const last = chunk.length - 1;
  const requests = chunk.map(({ request }, index) => (index === last ? request : piped(request)));
  try {
    const reply = await core.dispatcher.executeOn(node, () => requests, new PipeReply(), call);
    if (reply instanceof ErrorReply) return chunk.map(() => reply);
    return chunk.map(({ key }, index) => reply.results[index] ?? notTried(key, reply.error));
  } catch (error) {
    if (!(error instanceof ArcusError)) throw error;
    return chunk.map(() => error);
  }
}

function outcomeOf<T>(
  result: Status | bigint | ErrorReply | ArcusError,
  meanings: Partial<Record<Status, T>>,
  attempt: string,
  key: string,
): T | ArcusError {
  if (result instanceof ArcusError) return result;
  try {
    if (typeof result !== "bigint") return meaningOf(result, meanings, attempt, key);
  } catch (error) {
    if (error instanceof ArcusError) return error;
    throw error;
  }
  return new ArcusError("protocolViolation", `Cannot ${attempt} "${key}": the node answers a number`, { key });
}

function notTried(key: string, reason: string | null): ArcusError {
  const why = reason === null ? "the node has not answered it" : `the pipe broke off with "${reason}"`;
  return new ArcusError("notTried", `Cannot tell what became of the command for "${key}": ${why}`, { key });
}

import { connect } from "node:net";
import type { ZkServer } from "../command-line/zk-list.ts";

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Asks a ZooKeeper server a four-letter word, such as `srvr`, from here: neither SSH nor a program on the host is needed.
 *
 * @throws Error of the system when there is no connection or no whole answer in time
 */
export async function askServer(word: string, { host, port }: ZkServer, timeoutMs: number): Promise<string> {
  const socket = connect({ host, port });
  const limit = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
  try {
    socket.write(word);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    clearTimeout(limit);
    socket.destroy();
  }
}

/** Which part a server plays, from its answer to `srvr` or `stat`; null: it serves nobody. */
export function modeIn(answer: string): string | null {
  return /^Mode: (\S+)$/m.exec(answer)?.[1] ?? null;
}

/** Why no answer came, in a few words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ECONNREFUSED") return "connection refused";
  return error instanceof Error ? error.message || String(code) : String(error);
}

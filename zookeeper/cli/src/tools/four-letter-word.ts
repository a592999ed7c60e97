import type { TlsOptions } from "@branta/zookeeper-client";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where and how to ask. */
export interface FourLetterWordTarget {
  readonly host: string;
  readonly port: number;
  /** Null: in the clear. */
  readonly tls: TlsOptions | null;
  readonly timeoutMs: number;
}

/**
 * Asks a server a four-letter word, such as `srvr`, and answers its text.
 *
 * @throws Error of the system when there is no connection or no whole answer in time
 */
export async function askFourLetterWord(word: string, target: FourLetterWordTarget): Promise<string> {
  const { host, port, tls, timeoutMs } = target;
  const socket: Socket = tls === null ? connect({ host, port }) : connectTls({ ...tls, host, port });
  socket.setTimeout(timeoutMs, () => {
    socket.destroy(new Error(`Cannot ask "${word}" of ${host}:${port}: no answer within ${timeoutMs} ms`));
  });
  socket.write(word);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

import type { ErrorCode } from "@branta/zookeeper-protocol";

import type { Client } from "./client.ts";

/** Where clients' requests go, whatever the server's role is. Replies gather in each client's output. */
export interface Pipeline<W extends object & Client> {
  /** Writes of clients that are on their way. */
  readonly outstanding: number;
  /** Whether clients should send no more for the moment. */
  readonly isSaturated: boolean;
  /** Takes a client's request. `bytes` from `start` to `end` is its body, and must stay as it is until the reply. */
  submit(client: W, type: number, xid: number, bytes: Buffer, start: number, end: number): void;
  /** Answers a request with an error, in its turn and without a transaction. */
  refuse(client: W, type: number, xid: number, err: ErrorCode): void;
  /** From now on clients wait for ever: the server is about to stop, or its role has ended. */
  closeIntake(): void;
}

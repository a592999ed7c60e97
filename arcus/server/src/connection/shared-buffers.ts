import type { SharedInput } from "@branta/foundation-net";

import type { InputBudget } from "./pending-input.ts";
import type { ReplyBuffer } from "./reply-buffer.ts";
import type { Request } from "./request.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { UnreadReplies } from "./unread-replies.ts";

/** What all connections of a node use by turns, for a connection's turn ends with nothing left in them. */
export interface SharedBuffers {
  readonly request: Request;
  readonly input: SharedInput;
  readonly output: ReplyBuffer;
  /** Bytes of the cache's memory, from its start on, into which input is copied. */
  readonly inputBytes: number;
  readonly inputBudget: InputBudget;
  readonly unread: UnreadReplies;
  readonly turns: TurnQueue;
}

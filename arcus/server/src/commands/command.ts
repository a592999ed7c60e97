import type { Cache } from "@branta/arcus-engine";

import type { ReplyBuffer } from "../connection/reply-buffer.ts";
import type { Request } from "../connection/request.ts";
import type { NodeContext } from "../node/node-context.ts";
import type { Pipe } from "./pipe.ts";

/** The request line has no data block. */
export const NO_DATA = -1;
/** The request line was refused, and the refusal replied; {@link Session.swallow} has said what to skip. */
export const REFUSED = -2;

/** Bytes of a key at most. */
export const KEY_BYTES_MAX = 16_000;

/** One command, or one family of commands that share their first word (`lop`, `bop` …). */
export interface Command {
  /**
   * Bytes of the data block behind the request line without its CRLF, {@link NO_DATA} or {@link REFUSED}. A command
   * without this has no data block. Asked again when the block has not come yet, and always just before `run`, which
   * may use what was parsed here.
   */
  readonly dataLength?: (request: Request, session: Session) => number;
  /** What is stored, or asked for, can make one request take as long as thousands of others: the turn is timed. */
  readonly mayBeLong?: boolean;
  /** Executes the request; its data block has come and ended with CRLF. */
  readonly run: (request: Request, session: Session) => void;
}

/** What a command sees of the connection that it came by. */
export interface Session {
  readonly node: NodeContext;
  readonly cache: Cache;
  /** Replies of more than a status line are written here, straight away. */
  readonly output: ReplyBuffer;
  /** The peer's address as logs show it. */
  readonly remoteAddress: string;
  readonly pipe: Pipe;
  /** No reply is wanted. False at the start of a request; set by those commands that know the word. */
  noreply: boolean;
  /** The client has so much unread that a long reply had better wait. */
  readonly isCongested: boolean;
  /** Replies one status line without its CRLF; nothing if noreply; into the pipe when one is open. */
  reply(line: string): void;
  /** Skips so many bytes that follow the request line. */
  swallow(byteCount: number): void;
  /** Lets nothing more of this connection be executed until that has settled. */
  wait(until: Promise<unknown>): void;
  /** Ends this request now and goes on later with another: `prefix` and then its own bytes from `from` on. */
  resumeWith(prefix: string, from: number): void;
  /** Ends the connection once its replies are sent. */
  end(): void;
}

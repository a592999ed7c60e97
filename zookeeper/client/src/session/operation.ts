import type { Reader, Writer } from "@branta/foundation-bytes";

/** What a caller may say about one call. */
export interface CallOptions {
  /** Gives up waiting when aborted (code Aborted). A write that was already sent may still happen. */
  readonly signal?: AbortSignal | undefined;
  /** Gives up waiting after this time, ms (code OperationTimeout). A write that was already sent may still happen. */
  readonly timeoutMs?: number | undefined;
}

/** One request: how it is written, how its reply is read, and the words for its failures. */
export interface Operation<T> {
  /** One of OpCode. */
  readonly type: number;
  /** The verb of messages: "set" in `Cannot set "/a": …`. */
  readonly attempt: string;
  /** The node as the caller named it. */
  readonly path?: string | undefined;
  /** True if asking twice does no harm. */
  readonly isRead: boolean;
  /** Added to the message of a failure: "wanted 3". */
  readonly detail?: string | undefined;
  encode?(writer: Writer): void;
  /** Reads the body of a successful reply; keeps no view of it. */
  decode(reader: Reader): T;
  /** Turns an error of the server into a result: exists answers NoNode with null. */
  recover?(errno: number): { readonly value: T } | undefined;
  /** Runs when the reply has come and before the next frame is read: the place to register a watch. */
  onReply?(errno: number): void;
}

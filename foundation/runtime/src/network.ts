import type { NetworkError } from "./network-error.ts";

/** What a link tells its owner. None of these runs inside a call that the owner makes to the link. */
export interface LinkHandlers {
  /** The next bytes. The chunk is the receiver's own: it may be kept, and views into it too. */
  onData(chunk: Buffer): void;
  /** Once, and last. Null where one of the two sides ended the link in order. */
  onClose(error: NetworkError | null): void;
  /** {@link Link.pendingBytes} is 0 again after a write that left some. */
  onDrain?(): void;
}

/** A stream of bytes in both directions, complete and in order for as long as it lasts. */
export interface Link {
  /** Where the peer is, `host:port`, for people. */
  readonly remote: string;
  /** Bytes that were written and still wait in this process. Who writes a lot must look at it: it knows no limit. */
  readonly pendingBytes: number;
  /** Begins to read. Once; nothing is lost that came before. */
  open(handlers: LinkHandlers): void;
  /** Sends the pieces as one. They belong to the link from now on. On a link that has ended nothing happens. */
  write(...pieces: readonly Buffer[]): void;
  /** No more data until {@link resume}, so that the peer has to wait as well. */
  pause(): void;
  resume(): void;
  /** Sends what was written, then ends the link. A peer that does not take it is left behind. No more data is told. */
  close(): void;
  /** Ends the link at once. No more data is told. */
  destroy(): void;
}

/** What is wanted of a port. */
export interface ListenOptions {
  /** Null listens on every address. */
  readonly host: string | null;
  /** 0 takes any that is free. */
  readonly port: number;
  /** TCP keep-alive on accepted links. Default: no. */
  readonly keepAlive?: boolean;
  /** A link that is ready for use; its owner opens and ends it. */
  onLink(link: Link): void;
  /** A peer that connected and did not get as far as a link. */
  onRefused?(error: NetworkError): void;
}

/** An open port. Disposing of it accepts no more; links that it accepted live on. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  /** For all of it: name, connection, and whatever makes it secure. */
  readonly timeoutMs: number;
  /** TCP keep-alive. Default: no. */
  readonly keepAlive?: boolean;
  /** Gives up with code "closed". */
  readonly signal?: AbortSignal;
}

/**
 * The network as a server needs it: {@link NodeNetwork} in production, {@link SimulatedNetwork} where delays, cuts and
 * partitions are wanted on demand. Rejects with a NetworkError.
 */
export interface Network {
  listen(options: ListenOptions): Promise<Listener>;
  dial(options: DialOptions): Promise<Link>;
}

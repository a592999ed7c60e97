import { authPacket, ErrorCode, OpCode, Xid } from "@branta/zookeeper-protocol";
import { codeOf, failure, type ZooKeeperError } from "../zookeeper-error.ts";
import type { Connection } from "./connection.ts";
import type { AuthInfo } from "./session-options.ts";

interface Identity extends AuthInfo {
  /** Settled by the first answer to it. */
  readonly accepted: PromiseWithResolvers<void>;
}

/** The identities of a session, shown to every server it comes to. */
export class Identities {
  readonly #all: Identity[] = [];
  /** Those shown on this connection and not answered yet, in order. */
  #awaiting: Identity[] = [];

  constructor(initial: readonly AuthInfo[]) {
    for (const info of initial) this.#remember(info);
  }

  /** Remembers an identity, and shows it now if there is a connection. Resolves when a server has accepted it. */
  add(info: AuthInfo, connection: Connection | undefined): Promise<void> {
    const identity = this.#remember(info);
    if (connection !== undefined) this.#show(identity, connection);
    return identity.accepted.promise;
  }

  /** Shows all to a new connection. */
  showAll(connection: Connection): void {
    this.#awaiting = [];
    for (const identity of this.#all) this.#show(identity, connection);
  }

  /** The answer to the first identity that has none. Answers the error if it was refused. */
  answered(errno: number): ZooKeeperError | undefined {
    const identity = this.#awaiting.shift();
    if (identity === undefined) return undefined;
    if (errno === ErrorCode.Ok) {
      identity.accepted.resolve();
      return undefined;
    }
    const error = failure(codeOf(errno), `authenticate by scheme "${identity.scheme}"`, undefined, { errno });
    identity.accepted.reject(error);
    return error;
  }

  /** Nobody will answer any more. */
  failAll(error: ZooKeeperError): void {
    for (const identity of this.#all) identity.accepted.reject(error);
  }

  #remember(info: AuthInfo): Identity {
    const identity: Identity = { scheme: info.scheme, auth: info.auth, accepted: Promise.withResolvers<void>() };
    // The session's state tells of a refusal, too; nobody has to wait for this promise.
    identity.accepted.promise.catch(() => {});
    this.#all.push(identity);
    return identity;
  }

  #show(identity: Identity, connection: Connection): void {
    const auth = Buffer.from(identity.auth as Uint8Array);
    connection.send({ xid: Xid.auth, type: OpCode.auth }, (writer) => {
      authPacket.encode(writer, { type: 0, scheme: identity.scheme, auth });
    });
    this.#awaiting.push(identity);
  }
}

import { BytesError, Reader } from "@branta/foundation-bytes";
import { type LinkId, NOBODY, type Session, type SessionTracker, type WriteRequest } from "@branta/zookeeper-engine";
import { ErrorCode, type ForwardedRequest, OpCode } from "@branta/zookeeper-protocol";

import { decodeWrite, isWrite } from "../pipeline/write-requests.ts";

/** A write that came from a learner, and who it is for. */
export interface RemoteWrite {
  readonly request: WriteRequest;
  readonly session: Session | null;
}

export interface RemoteWriteOptions {
  readonly sessions: SessionTracker;
  readonly serverId: number;
  readonly localSessionsEnabled: boolean;
}

/** Reads learners' requests, for their leader. */
export class RemoteWrites {
  readonly #options: RemoteWriteOptions;

  constructor(options: RemoteWriteOptions) {
    this.#options = options;
  }

  /**
   * Whatever the request is, it becomes a transaction: the learner keeps its client waiting until one comes back with the
   * request's numbers. So what cannot be read fails as one.
   */
  read(packet: ForwardedRequest, link: LinkId, nowMs: number): RemoteWrite {
    const { sessions } = this.#options;
    const { sessionId, type } = packet;
    const request = decode(packet);
    if (request.type === OpCode.createSession) {
      const session = sessions.track(sessionId, request.timeOut, nowMs);
      session.owner = link;
      return { request, session };
    }
    const session = sessions.get(sessionId);
    if (session === undefined) return { request, session: this.#isOfAnother(sessionId) ? strangerOf(sessionId) : null };
    // A session may be closed from everywhere: the leader itself does it when one expires.
    if (type === OpCode.closeSession || claim(session, link)) return { request, session };
    return { request: { type: OpCode.error, err: ErrorCode.SessionMoved }, session };
  }

  /** Whether the session may be a local one of the learner's. */
  #isOfAnother(sessionId: bigint): boolean {
    const { localSessionsEnabled, serverId } = this.#options;
    return localSessionsEnabled && Number(BigInt.asUintN(8, sessionId >> 56n)) !== (serverId & 0xff);
  }
}

/** Stands for a learner's local session, of which a leader knows nothing. */
function strangerOf(id: bigint): Session {
  return { id, timeoutMs: 0, expiresAtMs: -1, isClosing: false, owner: NOBODY, isLocal: true };
}

/** Whether the session's client is where the request comes from. Who asks first has it. */
function claim(session: Session, link: LinkId): boolean {
  if (session.owner === NOBODY && !session.isClosing) session.owner = link;
  // A closing session is refused for what it is.
  return session.owner === link || session.isClosing;
}

function decode({ type, body }: ForwardedRequest): WriteRequest {
  try {
    const reader = new Reader(body);
    if (type === OpCode.createSession) return { type, timeOut: reader.int() };
    if (isWrite(type)) return decodeWrite(type, reader);
    return { type: OpCode.error, err: ErrorCode.Unimplemented };
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    return { type: OpCode.error, err: ErrorCode.MarshallingError };
  }
}

import { encodeToBuffer } from "@branta/foundation-bytes";
import type { SaslServer } from "@branta/zookeeper-engine";
import {
  type DigestMd5Client,
  type QuorumAuthPacket,
  quorumAuthPacket,
  QuorumAuthStatus,
  SaslError,
} from "@branta/zookeeper-protocol";

/** What is to be sent, and how the exchange stands after it. */
export interface SaslTurn {
  readonly send: Buffer | null;
  readonly state: "goesOn" | "done" | "failed";
  /** Why it has failed. */
  readonly reason?: string;
}

/** One side of a SASL exchange between two servers. */
export interface SaslExchange {
  /** What this side says first, null for who waits. */
  begin(): Buffer | null;
  take(packet: QuorumAuthPacket): SaslTurn;
}

const NOTHING: Buffer = Buffer.alloc(0);
const { inProgress, success, error } = QuorumAuthStatus;

function packet(status: number, token: Buffer | null): Buffer {
  return encodeToBuffer(quorumAuthPacket, { status, token });
}

/** The side that has dialled: it says who it is, and finds out whether the other one knows its password. */
export function dialledExchange(client: DigestMd5Client): SaslExchange {
  const answer = (token: Buffer | null, status: number): SaslTurn => {
    const step = client.evaluate(token ?? NOTHING);
    if (status === success && step.done) return { send: null, state: "done" };
    if (status === inProgress && !step.done) return { send: packet(inProgress, step.token), state: "goesOn" };
    return { send: null, state: "failed", reason: "the other server has ended the exchange at the wrong moment" };
  };
  return {
    begin: () => packet(inProgress, NOTHING),
    take({ status, token }) {
      if (status === error) return { send: null, state: "failed", reason: "the other server has refused it" };
      try {
        return answer(token, status);
      } catch (cause) {
        if (cause instanceof SaslError) return { send: null, state: "failed", reason: cause.message };
        throw cause;
      }
    },
  };
}

/** The side that was dialled: it asks for a proof, and gives one of its own. */
export function acceptedExchange(server: SaslServer): SaslExchange {
  return {
    begin: () => null,
    take({ token }) {
      const step = server.evaluate(token ?? NOTHING);
      if (step.kind === "challenge") return { send: packet(inProgress, step.token), state: "goesOn" };
      if (step.kind === "done") return { send: packet(success, step.token), state: "done" };
      return { send: packet(error, NOTHING), state: "failed", reason: step.reason };
    },
  };
}

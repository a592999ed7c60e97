import type { Id } from "../records/acl.ts";

/** A session that was heard of since the last ping. */
export interface SessionTouch {
  readonly sessionId: bigint;
  readonly timeoutMs: number;
}

/** How a learner introduces itself to a leader. */
export interface LearnerInfo {
  readonly acceptedEpoch: number;
  readonly serverId: number;
  /** 0x10000 since 3.4. */
  readonly protocolVersion: number;
  /** Version of the configuration the learner knows; 0 from servers before 3.5. */
  readonly configVersion: number;
}

/** A client's request that a learner passes on to its leader. */
export interface ForwardedRequest {
  readonly kind: "request";
  readonly sessionId: bigint;
  readonly cxid: number;
  /** The operation, an OpCode. */
  readonly type: number;
  /** The request's record, without header. */
  readonly body: Buffer;
  readonly authInfo: readonly Id[];
}

/**
 * All that servers say to each other on the quorum port (ZAB 1.0), one shape a message. On the wire each is a
 * `QuorumPacket` record (type, zxid, data, authinfo); after `snap` a raw snapshot follows.
 */
export type QuorumPacket =
  | ({ readonly kind: "followerInfo" } & LearnerInfo)
  | ({ readonly kind: "observerInfo" } & LearnerInfo)
  | { readonly kind: "leaderInfo"; readonly epoch: number; readonly protocolVersion: number }
  /** `currentEpoch` -1: the learner had accepted this epoch before and must not be counted. */
  | { readonly kind: "ackEpoch"; readonly lastZxid: number; readonly currentEpoch: number }
  | { readonly kind: "diff" | "trunc" | "snap"; readonly zxid: number }
  | { readonly kind: "newLeader"; readonly zxid: number; readonly configuration: string | null }
  | { readonly kind: "upToDate" }
  /** `bytes`: a TxnEntry as it stands in the log. */
  | { readonly kind: "proposal" | "inform"; readonly zxid: number; readonly bytes: Buffer }
  | { readonly kind: "ack"; readonly zxid: number }
  | { readonly kind: "commit"; readonly zxid: number }
  | { readonly kind: "commitAndActivate"; readonly zxid: number; readonly designatedLeader: number }
  | {
      readonly kind: "informAndActivate";
      readonly zxid: number;
      readonly designatedLeader: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: "ping"; readonly zxid: number; readonly touched: readonly SessionTouch[] }
  | ForwardedRequest
  | { readonly kind: "revalidate"; readonly sessionId: bigint; readonly timeoutMs: number }
  | { readonly kind: "revalidated"; readonly sessionId: bigint; readonly isValid: boolean }
  | { readonly kind: "sync" };

/** A packet of one kind. */
export type QuorumPacketOf<Kind extends QuorumPacket["kind"]> = Extract<QuorumPacket, { readonly kind: Kind }>;

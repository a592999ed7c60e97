/** One request, the same bytes for both servers. */
export interface Operation {
  type: number;
  xid: number;
  body: Buffer;
  /** What it is, for people. */
  text: string;
  /** How the body of its reply reads. */
  reads: ReplyShape;
}

/** The records a reply's body is made of, by the operation asked for. */
export type ReplyShape =
  | "nothing"
  | "path"
  | "pathStat"
  | "stat"
  | "dataStat"
  | "aclStat"
  | "children"
  | "childrenStat"
  | "ephemerals"
  | "number"
  | "error"
  | "identities"
  | "multi";

/** Something done to both servers in turn, after which their answers are compared. */
export type Step =
  /** Requests of one session, sent without waiting in between. */
  | { kind: "burst"; slot: number; operations: Operation[] }
  /** A new session in the slot; what the slot had is dropped without a good-bye. */
  | { kind: "connect"; slot: number; timeoutMs: number; readOnly: boolean | undefined; lastZxidSeen: "none" | "ahead" }
  /** The slot's session again, on a new connection; the old one may still be there. */
  | {
      kind: "attach";
      slot: number;
      dropFirst: boolean;
      password: "right" | "wrong" | "empty";
      readOnly: boolean | undefined;
    }
  /** Cuts the connection; the session stays. */
  | { kind: "drop"; slot: number }
  /** Cuts the connection and waits until the session has gone on both servers. */
  | { kind: "expire"; slot: number }
  /** A connection that sends these bytes instead of a handshake. */
  | { kind: "stranger"; bytes: Buffer; text: string }
  /** Every session shows that it is up to date. */
  | { kind: "barrier" }
  /** Both servers are ended and started again on their data. */
  | { kind: "restart"; hard: boolean };

/** A step in one line, enough to type it again. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "burst":
      return `session ${step.slot}: ${step.operations.map((operation) => operation.text).join(" · ")}`;
    case "connect":
      return `session ${step.slot}: connect timeout=${step.timeoutMs} readOnly=${step.readOnly} lastZxidSeen=${step.lastZxidSeen}`;
    case "attach":
      return `session ${step.slot}: attach ${step.dropFirst ? "after a cut" : "while live"}, ${step.password} password, readOnly=${step.readOnly}`;
    case "stranger":
      return `stranger: ${step.text}`;
    case "barrier":
      return "barrier";
    case "restart":
      return step.hard ? "kill -9 and start both" : "stop and start both";
    case "drop":
    case "expire":
    default:
      return `session ${step.slot}: ${step.kind}`;
  }
}

/**
 * Where a session stands.
 *
 * - `connecting`: no session yet
 * - `connected`: requests are answered
 * - `connectedReadOnly`: the server has no quorum behind it and answers reads only
 * - `suspended`: the session exists, its connection is lost; the client is looking for a server
 * - `expired`: the server ended the session; ephemeral nodes and watches are gone
 * - `authFailed`: the server refused an identity; final
 * - `closed`: closed by its owner; final
 */
export type SessionState =
  | "connecting"
  | "connected"
  | "connectedReadOnly"
  | "suspended"
  | "expired"
  | "authFailed"
  | "closed";

/** What can happen to a session. */
export type SessionInput =
  /** A handshake with a server that has a quorum succeeded. */
  | "established"
  /** A handshake with a read-only server succeeded. */
  | "establishedReadOnly"
  | "connectionLost"
  /** A server answered that it does not know the session, or not any more. */
  | "expiryLearned"
  /** After expiry, a session is asked for anew. */
  | "renewalWanted"
  | "authRefused"
  | "closeWanted";

/** The whole machine. An input that is not in a state's row changes nothing there. */
export const SESSION_TRANSITIONS: Record<SessionState, Partial<Record<SessionInput, SessionState>>> = {
  connecting: {
    established: "connected",
    establishedReadOnly: "connectedReadOnly",
    expiryLearned: "expired",
    authRefused: "authFailed",
    closeWanted: "closed",
  },
  connected: {
    connectionLost: "suspended",
    expiryLearned: "expired",
    authRefused: "authFailed",
    closeWanted: "closed",
  },
  connectedReadOnly: {
    connectionLost: "suspended",
    expiryLearned: "expired",
    authRefused: "authFailed",
    closeWanted: "closed",
  },
  suspended: {
    established: "connected",
    establishedReadOnly: "connectedReadOnly",
    expiryLearned: "expired",
    authRefused: "authFailed",
    closeWanted: "closed",
  },
  expired: { renewalWanted: "connecting", closeWanted: "closed" },
  authFailed: { closeWanted: "closed" },
  closed: {},
};

/** The state after `input`; the same state if the input means nothing there. */
export function nextState(state: SessionState, input: SessionInput): SessionState {
  return SESSION_TRANSITIONS[state][input] ?? state;
}

/** True if requests can be sent. */
export function isConnected(state: SessionState): boolean {
  return state === "connected" || state === "connectedReadOnly";
}

/** True if nothing will ever be answered again, except after a renewal. */
export function isOver(state: SessionState): boolean {
  return state === "expired" || state === "authFailed" || state === "closed";
}

import { parseConnectionString } from "./connection-string.ts";
import { type BackoffOptions, DEFAULT_BACKOFF } from "./session/backoff.ts";
import type { Random } from "./session/move.ts";
import { type Lookup, resolveAddresses, type TlsOptions } from "./session/open-socket.ts";
import type { CallOptions } from "./session/operation.ts";
import type { AuthInfo, SaslOptions, SessionCredentials, SessionOptions } from "./session/session-options.ts";

/** How to connect. Everything has a default. */
export interface ConnectOptions extends CallOptions {
  /** Session timeout to ask for, ms; the server grants one between its limits. 30 000. */
  readonly sessionTimeoutMs?: number | undefined;
  /** How long one server may take to answer before the next is tried, ms. The session timeout, shared by the servers. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * What follows when the server has ended the session, ephemeral nodes and all. `close`: nothing, all calls are
   * rejected with SessionExpired. `renew`: a new session, and {@link ZooKeeper.watch} and the caches go on in it. "close".
   */
  readonly onExpiry?: "close" | "renew" | undefined;
  /** Also takes a server that has no quorum and answers reads only. false. */
  readonly readOnly?: boolean | undefined;
  /** Whether reads whose answer was lost with a connection are asked again on the next one. true. */
  readonly retryReads?: boolean | undefined;
  /** Calls that may wait for a connection or for their turn; more are rejected with QueueFull. 100 000. */
  readonly maxWaiting?: number | undefined;
  /** Calls that may be unanswered at a time; more wait. 10 000. */
  readonly maxInFlight?: number | undefined;
  /** Longest reply that is read, bytes. 64 MiB. */
  readonly maxReplyBytes?: number | undefined;
  /** Identities to show to every server. */
  readonly auth?: readonly AuthInfo[] | undefined;
  /** Proves an identity by SASL before anything else. */
  readonly sasl?: SaslOptions | undefined;
  /** Speaks TLS; `true` with the system's certificate authorities. */
  readonly tls?: TlsOptions | boolean | undefined;
  /**
   * Expects servers before 3.5, which close the connection over what they do not know, and cannot be told from a broken
   * network then: nodes are made without containers and the newer create, trees are followed by one-shot watches. false.
   */
  readonly oldServer?: boolean | undefined;
  /** Continues a session, of this process or another, instead of asking for a new one. */
  readonly session?: SessionCredentials | undefined;
  /** Tries the servers in a random order, so that many clients spread. true. */
  readonly shuffle?: boolean | undefined;
  /**
   * Takes the servers from the ensemble's configuration once connected, and follows its changes, as
   * {@link ZooKeeper.updateServerList} would. Needs servers of 3.5 or newer whose configuration says where each serves
   * clients (`;host:port`), by names that this client can reach. false.
   */
  readonly followConfig?: boolean | undefined;
  /** Waits between rounds of failed attempts. */
  readonly backoff?: Partial<BackoffOptions> | undefined;
  /** Resolves host names, each time anew. The system's resolver. */
  readonly lookup?: Lookup | undefined;
  /** Draws numbers from [0, 1), for tests that must repeat. Math.random. */
  readonly random?: Random | undefined;
}

const DEFAULT_SESSION_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_WAITING = 100_000;
const DEFAULT_MAX_IN_FLIGHT = 10_000;
const DEFAULT_MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Reads the connection string and fills in the defaults. @throws ZooKeeperError InvalidArgument. */
export function resolveConnectOptions(
  connectionString: string,
  options: ConnectOptions,
): { readonly session: SessionOptions; readonly chroot: string } {
  const { hosts, chroot } = parseConnectionString(connectionString);
  const session: SessionOptions = {
    hosts,
    sessionTimeoutMs: options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
    connectTimeoutMs: options.connectTimeoutMs,
    onExpiry: options.onExpiry ?? "close",
    readOnly: options.readOnly ?? false,
    retryReads: options.retryReads ?? true,
    maxWaiting: options.maxWaiting ?? DEFAULT_MAX_WAITING,
    maxInFlight: options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
    maxReplyBytes: options.maxReplyBytes ?? DEFAULT_MAX_REPLY_BYTES,
    auth: options.auth ?? [],
    sasl: options.sasl,
    tls: options.tls === true ? {} : options.tls === false ? undefined : options.tls,
    credentials: options.session,
    shuffle: options.shuffle ?? true,
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    lookup: options.lookup ?? resolveAddresses,
    random: options.random ?? Math.random,
  };
  return { session, chroot };
}

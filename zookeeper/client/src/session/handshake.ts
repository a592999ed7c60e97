import type { Reader } from "@branta/foundation-bytes";
import { connectRequest, type ConnectResponse, connectResponse } from "@branta/zookeeper-protocol";
import { formatHost, type HostAndPort } from "../connection-string.ts";
import { ZooKeeperError } from "../zookeeper-error.ts";
import { Connection, type ConnectionHandlers } from "./connection.ts";
import { openSocket } from "./open-socket.ts";
import type { SessionCredentials, SessionOptions } from "./session-options.ts";

/** Asks a server for a new session, or for the one of the credentials. */
export interface HandshakeRequest {
  readonly credentials: SessionCredentials | undefined;
  readonly lastZxid: number;
  readonly timeoutMs: number;
  /** How long the server may take to accept a connection and to answer, ms. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a connection tells after the handshake. */
export interface EstablishedHandlers extends ConnectionHandlers {
  /** The first frame: runs before any other frame is read. */
  onHandshake(connection: Connection, response: ConnectResponse): void;
}

const PASSWORD_BYTES = 16;
/** Long enough for a server that is electing, short enough to try the next one before the session expires. */
const MIN_CONNECT_TIMEOUT_MS = 500;

/** How long one server may take to accept a connection and to answer the handshake, ms. */
export function connectTimeoutMs(options: SessionOptions, serverCount: number): number {
  if (options.connectTimeoutMs !== undefined) return options.connectTimeoutMs;
  return Math.max(MIN_CONNECT_TIMEOUT_MS, Math.floor(options.sessionTimeoutMs / serverCount));
}

/**
 * Connects to `host` and asks for a session. Resolves when the connection has ended, however far it came.
 *
 * @throws ZooKeeperError if there was no connection, or no answer to the handshake.
 */
export async function holdConnection(
  host: HostAndPort,
  options: SessionOptions,
  request: HandshakeRequest,
  handlers: EstablishedHandlers,
): Promise<void> {
  const timeoutMs = request.connectTimeoutMs;
  const { lookup, random, tls } = options;
  const socket = await openSocket(host, { timeoutMs, tls, lookup, random, signal: request.signal });
  const ended = Promise.withResolvers<void>();
  let shaken = false;
  const fail = (reason: string, cause?: Error): ZooKeeperError =>
    new ZooKeeperError("ConnectionLoss", `Cannot get session from server "${formatHost(host)}": ${reason}`, { cause });
  const timer = setTimeout(() => connection.destroy(fail(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const onAbort = (): void => connection.destroy(fail("the client was closed"));
  const connection = new Connection(socket, options.maxReplyBytes, {
    onFrame(reader: Reader) {
      if (shaken) {
        handlers.onFrame(reader);
        return;
      }
      shaken = true;
      clearTimeout(timer);
      handlers.onHandshake(connection, connectResponse.decode(reader));
    },
    onDrain: () => handlers.onDrain(),
    onClose(error) {
      clearTimeout(timer);
      request.signal.removeEventListener("abort", onAbort);
      if (shaken) {
        handlers.onClose(error);
        ended.resolve();
      } else {
        // A server that is behind what we have seen closes without a word; so does one that has too many connections.
        ended.reject(error ?? fail("it closed the connection"));
      }
    },
  });
  request.signal.addEventListener("abort", onAbort, { once: true });
  if (request.signal.aborted) onAbort();
  sendConnectRequest(connection, options, request);
  await ended.promise;
}

function sendConnectRequest(connection: Connection, options: SessionOptions, request: HandshakeRequest): void {
  const { credentials } = request;
  connection.send(null, (writer) => {
    connectRequest.encode(writer, {
      protocolVersion: 0,
      lastZxidSeen: request.lastZxid,
      timeOut: request.timeoutMs,
      sessionId: credentials?.id ?? 0n,
      passwd: credentials?.password ?? Buffer.alloc(PASSWORD_BYTES),
      readOnly: options.readOnly,
      readOnlyPresent: true,
    });
  });
}

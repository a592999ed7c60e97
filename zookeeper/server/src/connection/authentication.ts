import type { Reader } from "@branta/foundation-bytes";
import { addId, hostAddress } from "@branta/zookeeper-engine";
import { authPacket, ErrorCode, saslRequest, saslResponse } from "@branta/zookeeper-protocol";

import { beginReply, endReply, writeHeaderReply } from "../pipeline/reply.ts";
import type { ConnectionHost } from "./connection-host.ts";
import type { ServerConnection } from "./server-connection.ts";

/** An auth request (opcode 100): answered at once, ahead of requests on their way, with zxid 0. */
export function handleAuth(connection: ServerConnection, host: ConnectionHost, xid: number, reader: Reader): void {
  const { scheme, auth } = authPacket.decode(reader);
  const outcome = host.auth.authenticate(scheme, auth, {
    remoteAddress: hostAddress(connection.remoteAddress),
    // What TLS verified is among the ids the connection began with.
    subjectDn: connection.authInfo.find((id) => id.scheme === "x509")?.id ?? null,
    readData: (path) => host.tree.dataAt(path),
  });
  connection.stats.outstanding--;
  if (outcome.kind === "close") {
    connection.destroy();
    return;
  }
  if (outcome.kind === "ok") {
    for (const id of outcome.ids) connection.authInfo = addId(connection.authInfo, id);
    writeHeaderReply(connection.output(), xid, 0, ErrorCode.Ok);
    return;
  }
  host.stats.authFailedCount++;
  host.warn(`Authentication of ${connection.remoteAddress} by scheme "${scheme}" failed`);
  writeHeaderReply(connection.output(), xid, 0, ErrorCode.AuthFailed);
  connection.closeWhenFlushed();
}

/** One step of a SASL exchange (opcode 102). */
export function handleSasl(connection: ServerConnection, host: ConnectionHost, xid: number, reader: Reader): void {
  const { token } = saslRequest.decode(reader);
  connection.stats.outstanding--;
  if (token === null) {
    // Apache trips over it and closes.
    connection.destroy();
    return;
  }
  // Without credentials there is nothing to check against; Apache then answers a null token and goes on.
  const step = connection.sasl?.evaluate(token);
  if (step === undefined) {
    reply(connection, xid, ErrorCode.Ok, null);
    return;
  }
  if (step.kind !== "failed") {
    if (step.kind === "done") {
      for (const id of host.auth.saslIds(step.user)) connection.authInfo = addId(connection.authInfo, id);
    }
    reply(connection, xid, ErrorCode.Ok, step.token);
    return;
  }
  host.stats.authFailedCount++;
  host.warn(`SASL authentication of ${connection.remoteAddress} failed: ${step.reason}`);
  if (host.auth.allowSaslFailedClients && !host.auth.saslRequired) {
    reply(connection, xid, ErrorCode.Ok, null);
    return;
  }
  const err = host.auth.saslRequired ? ErrorCode.SessionClosedRequireSaslAuth : ErrorCode.AuthFailed;
  const out = connection.output();
  const at = out.length;
  reply(connection, xid, ErrorCode.Ok, null);
  // The one failure that has a body.
  out.patchInt(at + 16, err);
  connection.closeWhenFlushed();
}

function reply(connection: ServerConnection, xid: number, err: ErrorCode, token: Buffer | null): void {
  const out = connection.output();
  const at = beginReply(out);
  saslResponse.encode(out, { token });
  endReply(out, at, xid, 0, err);
}

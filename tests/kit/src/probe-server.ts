import { WireConnection } from "./wire-connection.ts";

/** Protocol version, last zxid, time-out, session id, password length and password: an old client's ConnectRequest. */
const CONNECT_BYTES = 44;

/**
 * Whether a server answers handshakes on `port`. It asks for a session that cannot exist and wants the refusal, because
 * a new session would take a zxid; an open port alone proves nothing: Apache without snappy-java opens it and never serves,
 * and a connection that came too early is never answered, so that a probe must give up soon and try again.
 */
export async function probeServer(port: number, timeoutMs: number): Promise<boolean> {
  const connection = await WireConnection.open(port).catch(() => null);
  if (connection === null) return false;
  try {
    const request = Buffer.alloc(CONNECT_BYTES);
    request.writeInt32BE(10_000, 12);
    request.writeBigInt64BE(1n, 16);
    request.writeInt32BE(16, 24);
    connection.writeFrame(request);
    return (await connection.frame(timeoutMs)) !== null;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}

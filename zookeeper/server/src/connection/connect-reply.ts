import type { Writer } from "@branta/foundation-bytes";
import { connectResponse, sessionPassword } from "@branta/zookeeper-protocol";

const PASSWORD_OF_NOBODY = Buffer.alloc(16);

/** Writes the answer to a connect request as a frame. Session 0n says that the session asked for is no more. */
export function writeConnectReply(
  out: Writer,
  reply: { sessionId: bigint; timeoutMs: number; isReadOnly: boolean; readOnlyKnown: boolean },
): void {
  const { sessionId, timeoutMs, isReadOnly, readOnlyKnown } = reply;
  const at = out.reserve(4);
  connectResponse.encode(out, {
    protocolVersion: 0,
    timeOut: timeoutMs,
    sessionId,
    passwd: sessionId === 0n ? PASSWORD_OF_NOBODY : sessionPassword(sessionId),
    readOnly: isReadOnly,
    readOnlyPresent: readOnlyKnown,
  });
  out.patchInt(at, out.length - at - 4);
}

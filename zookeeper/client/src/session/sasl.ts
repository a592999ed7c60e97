import { DigestMd5Client, OpCode, saslRequest, saslResponse } from "@branta/zookeeper-protocol";
import { randomBytes } from "node:crypto";
import { failure, isZooKeeperError } from "../zookeeper-error.ts";
import type { Operation } from "./operation.ts";
import type { Requests } from "./requests.ts";
import type { SaslOptions } from "./session-options.ts";

const NONCE_BYTES = 24;
/** The exchange takes two; a server that goes on is not to be followed for ever. */
const MAX_STEPS = 8;

/**
 * Proves an identity by SASL before anything else is asked on a connection, and has the server prove that it knows the
 * password, too.
 *
 * @throws ZooKeeperError AuthFailed if either does not believe the other, ConnectionLoss
 */
export async function authenticateBySasl(requests: Requests, options: SaslOptions): Promise<void> {
  const client = new DigestMd5Client({
    user: options.username,
    password: options.password,
    nonce: () => randomBytes(NONCE_BYTES),
    ...(options.host === undefined ? {} : { host: options.host }),
  });
  let token: Buffer = Buffer.alloc(0);
  try {
    for (let step = 0; step < MAX_STEPS; step++) {
      const challenge = await requests.submitNow(stepOperation(token));
      const answer = client.evaluate(challenge);
      if (answer.done) return;
      token = answer.token ?? Buffer.alloc(0);
    }
    throw new Error(`the server is not content after ${MAX_STEPS} steps`);
  } catch (cause) {
    if (isZooKeeperError(cause, "ConnectionLoss", "Closed")) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw failure("AuthFailed", `authenticate "${options.username}" by SASL`, undefined, { cause, detail });
  }
}

function stepOperation(token: Buffer): Operation<Buffer> {
  return {
    type: OpCode.sasl,
    attempt: "authenticate by SASL",
    isRead: false,
    encode: (writer) => saslRequest.encode(writer, { token }),
    decode: (reader) => Buffer.from(saslResponse.decode(reader).token ?? []),
  };
}

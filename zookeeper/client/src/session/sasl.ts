import { OpCode, saslRequest, saslResponse } from "@branta/zookeeper-protocol";
import { ZooKeeperError } from "../zookeeper-error.ts";
import type { Requests } from "./requests.ts";
import type { SaslOptions } from "./session-options.ts";

/** Proves an identity by SASL before anything else is asked on a connection. */
export async function authenticateBySasl(_requests: Requests, options: SaslOptions): Promise<void> {
  throw new ZooKeeperError("AuthFailed", `Cannot authenticate "${options.username}": SASL is not there yet`);
}
void [OpCode, saslRequest, saslResponse];

import { randomBytes } from "node:crypto";
import { AuthConfigError, SaslServer } from "@branta/zookeeper-engine";
import { DigestMd5Client, jaasClientCredentials, jaasServerCredentials } from "@branta/zookeeper-protocol";
import type { ServerConfig } from "../config/server-config.ts";
import type { QuorumSasl } from "../ensemble/sasl-network.ts";
import { readJaas, refuseKerberos } from "./load-sasl-credentials.ts";

/** Names that Apache's servers have for each other in DIGEST-MD5. */
const PARTIES = { service: "zookeeper-quorum", host: "zk-quorum-sasl-md5" };
/** Java draws 30 bytes for a nonce. */
const NONCE_BYTES = 30;

/** The part of the configuration that is about SASL between servers. */
export type QuorumSaslConfig = Pick<
  ServerConfig,
  | "quorumSaslEnabled"
  | "quorumLearnerRequireSasl"
  | "quorumServerRequireSasl"
  | "quorumLearnerLoginContext"
  | "quorumServerLoginContext"
  | "systemProperties"
>;

/**
 * What servers show each other with `quorum.auth.enableSasl`; null without.
 * @throws AuthConfigError "jaas" when there is no JAAS file, or it has not the sections that are needed
 */
export async function loadQuorumSasl(config: QuorumSaslConfig): Promise<QuorumSasl | null> {
  if (!config.quorumSaslEnabled) return null;
  const { quorumLearnerLoginContext: own, quorumServerLoginContext: others } = config;
  const jaas = await readJaas(config.systemProperties);
  if (jaas === null) {
    const wish = "java.security.auth.login.config must name a JAAS file";
    throw new AuthConfigError("jaas", `Cannot use quorum.auth.enableSasl: ${wish}`);
  }
  for (const section of [own, others]) {
    refuseKerberos(jaas, section);
    if (jaas.config.has(section)) continue;
    const wish = `"${jaas.file}" must have section "${section}"`;
    throw new AuthConfigError("jaas", `Cannot use quorum.auth.enableSasl: ${wish}`);
  }
  const identity = jaasClientCredentials(jaas.config, own);
  const users = jaasServerCredentials(jaas.config, others)!;
  if (identity === null) {
    const wish = "it must have a username and a password";
    throw new AuthConfigError("jaas", `Cannot use section "${own}" of "${jaas.file}": ${wish}`);
  }
  const nonce = () => randomBytes(NONCE_BYTES);
  return {
    newClient: config.quorumLearnerRequireSasl ? () => new DigestMd5Client({ ...identity, ...PARTIES, nonce }) : null,
    newServer: () => new SaslServer(users, { ...PARTIES, nonce }),
    isRequired: config.quorumServerRequireSasl,
  };
}

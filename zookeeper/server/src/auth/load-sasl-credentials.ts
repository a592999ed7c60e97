import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AuthConfigError } from "@branta/zookeeper-engine";
import { type JaasConfig, jaasServerCredentials, parseJaas, SaslError } from "@branta/zookeeper-protocol";

const KERBEROS_MODULE = /\bKrb5LoginModule$/;

/**
 * The users of SASL DIGEST-MD5 and their passwords, from the JAAS file in `java.security.auth.login.config`, section Server or
 * the one named by `zookeeper.sasl.serverconfig`. Null: no SASL is configured, clients that try get an empty answer as from Apache.
 *
 * @param properties Java system properties.
 * @throws AuthConfigError "jaas" when the file cannot be read, has no such section although one is named, or wants Kerberos.
 */
export async function loadSaslCredentials(
  properties: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string> | null> {
  const jaas = await readJaas(properties);
  if (jaas === null) return null;
  const section = properties.get("zookeeper.sasl.serverconfig");
  const { config, file } = jaas;
  if (!config.has(section ?? "Server")) {
    if (section === undefined) return null;
    throw new AuthConfigError(
      "jaas",
      `Cannot use zookeeper.sasl.serverconfig "${section}": "${file}" must have that section`,
    );
  }
  refuseKerberos(jaas, section ?? "Server");
  return jaasServerCredentials(config, section);
}

/** A JAAS file that was read. */
export interface JaasFile {
  readonly config: JaasConfig;
  readonly file: string;
}

/**
 * Reads the file in `java.security.auth.login.config`; null where none is named.
 * @throws AuthConfigError "jaas" when it cannot be read
 */
export async function readJaas(properties: ReadonlyMap<string, string>): Promise<JaasFile | null> {
  const location = properties.get("java.security.auth.login.config");
  if (location === undefined || location === "") return null;
  // Java's "==" means "this file only", which it is here anyway.
  const path = location.replace(/^=/, "");
  const file = path.startsWith("file:///") ? fileURLToPath(path) : path.replace(/^file:/, "");
  try {
    return { config: parseJaas(await readFile(file, "utf8"), file), file };
  } catch (error) {
    const why =
      error instanceof SaslError ? error.message : `Cannot read JAAS file "${file}": ${(error as Error).message}`;
    throw new AuthConfigError("jaas", why, error);
  }
}

/** @throws AuthConfigError "jaas" for a section that wants Kerberos */
export function refuseKerberos({ config, file }: JaasFile, section: string): void {
  if (!config.get(section)?.some(({ className }) => KERBEROS_MODULE.test(className))) return;
  const wish = "must use org.apache.zookeeper.server.auth.DigestLoginModule: Kerberos (GSSAPI) is not supported";
  throw new AuthConfigError("jaas", `Cannot use section "${section}" of "${file}": it ${wish}`);
}

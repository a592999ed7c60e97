import { parseProperties } from "@branta/foundation-config";
import { loadTlsMaterial, type StoreFile } from "@branta/foundation-net";
import type { ConnectOptions, SaslOptions, TlsOptions } from "@branta/zookeeper-client";
import { jaasClientCredentials, parseJaas } from "@branta/zookeeper-protocol";
import { readFile } from "node:fs/promises";

/** Settings of a client by the names of Java's system properties: `zookeeper.client.secure`, `zookeeper.ssl.…`. */
export type ClientProperties = ReadonlyMap<string, string>;

/** TLS and identity of a client. */
export type ClientSecurity = Pick<ConnectOptions, "tls" | "sasl">;

const PREFIX = "zookeeper.ssl.";
const DEFAULT_PROTOCOLS = ["TLSv1.2", "TLSv1.3"];

/** Adds the settings of a properties file; those given already count. @throws if the file cannot be read */
export async function withPropertiesFile(properties: ClientProperties, file: string): Promise<ClientProperties> {
  const { entries } = parseProperties(await readFile(file, "utf8"), file);
  return new Map([...entries.map(({ key, value }) => [key, value] as const), ...properties]);
}

/**
 * What the settings say of TLS and SASL.
 *
 * @throws TlsError for stores that cannot be used, SaslError for a JAAS file that cannot be read
 */
export async function clientSecurity(properties: ClientProperties): Promise<ClientSecurity> {
  const isSecure = properties.get("zookeeper.client.secure")?.toLowerCase() === "true";
  return { tls: isSecure ? await tlsOptions(properties) : undefined, sasl: await saslOptions(properties) };
}

/** TLS towards a server by `zookeeper.ssl.*`. @throws TlsError */
export async function tlsOptions(properties: ClientProperties): Promise<TlsOptions> {
  const list = (name: string): string[] =>
    (properties.get(PREFIX + name) ?? "").split(",").filter((part) => part !== "");
  const protocols = [...list("enabledProtocols"), ...list("protocol")];
  const material = await loadTlsMaterial({
    keyStore: storeFile(properties, "keyStore"),
    trustStore: storeFile(properties, "trustStore"),
    protocols: protocols.length === 0 ? DEFAULT_PROTOCOLS : protocols,
    cipherSuites: list("ciphersuites"),
    prefix: PREFIX,
  });
  const checksHost = properties.get(`${PREFIX}hostnameVerification`)?.toLowerCase() !== "false";
  return checksHost ? material : { ...material, checkServerIdentity: () => undefined };
}

function storeFile(properties: ClientProperties, name: string): StoreFile | null {
  const setting = (part: string): string | null => properties.get(`${PREFIX}${name}.${part}`) ?? null;
  const location = setting("location");
  if (location === null || location === "") return null;
  return { location, password: setting("password"), passwordPath: setting("passwordPath"), type: setting("type") };
}

/** User and password of the JAAS file, as `-Djava.security.auth.login.config` gives it to Java. */
async function saslOptions(properties: ClientProperties): Promise<SaslOptions | undefined> {
  const file = properties.get("java.security.auth.login.config");
  if (file === undefined || properties.get("zookeeper.sasl.client")?.toLowerCase() === "false") return undefined;
  const config = parseJaas(await readFile(file, "utf8"), file);
  const credentials = jaasClientCredentials(config, properties.get("zookeeper.sasl.clientconfig") ?? "Client");
  if (credentials === null) return undefined;
  return { mechanism: "DIGEST-MD5", username: credentials.user, password: credentials.password };
}

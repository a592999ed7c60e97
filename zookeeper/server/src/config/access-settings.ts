import type { SettingTable } from "./setting.ts";

/** Who may do what. */
// oxfmt-ignore
export const accessSettings = {
  skipAcl: { key: "skipACL", type: "yesNo", default: false, doc: "Check no ACL at all." },
  enableEagerAclCheck: { key: "enableEagerACLCheck", type: "boolean", scope: "ensemble", default: false, doc: "Check ACLs of writes before they go to the leader." },
  superDigest: { key: "DigestAuthenticationProvider.superDigest", type: "string", default: null, doc: "`super:<base64 SHA-1 of super:password>`: whoever adds that digest may do everything." },
  digestAlgorithm: { key: "DigestAuthenticationProvider.digestAlg", type: "string", default: "SHA1", doc: "Hash of the digest scheme, by Java's name." },
  digestAuthEnabled: { key: "DigestAuthenticationProvider.enabled", type: "boolean", default: true, doc: "Offer the digest scheme." },
  x509SuperUser: { key: "X509AuthenticationProvider.superUser", type: "string", default: null, doc: "Distinguished name of the certificate that may do everything." },
  saslSuperUser: { key: "superUser", type: "string", default: null, doc: "SASL user that may do everything." },
  saslSuperPassword: { key: "SASLAuthenticationProvider.superPassword", type: "string", default: null, doc: "Password of the SASL user `super`." },
  saslServerSection: { key: "sasl.serverconfig", type: "string", default: "Server", doc: "Section of the JAAS file for this server." },
  jaasFile: { key: "branta.jaasFile", property: "java.security.auth.login.config", type: "path", default: null, doc: "JAAS file with the users of SASL DIGEST-MD5." },
  letAnySaslUserDoX: { key: "letAnySaslUserDoX", type: "string", default: null, doc: "SASL identity whose permissions every SASL user has." },
  ipUseXForwardedFor: { key: "IPAuthenticationProvider.usexforwardedfor", type: "boolean", default: false, doc: "Admin commands: take the client's address from X-Forwarded-For." },
  enforceAuthEnabled: { key: "enforce.auth.enabled", type: "boolean", default: false, doc: "Serve only clients that authenticated by one of `enforce.auth.schemes`." },
  enforceAuthSchemes: { key: "enforce.auth.schemes", type: "list", default: [], doc: "Schemes that count for `enforce.auth.enabled`." },
  sessionRequireClientSaslAuth: { key: "sessionRequireClientSASLAuth", type: "boolean", default: false, doc: "Serve only clients that authenticated by SASL." },
  allowSaslFailedClients: { key: "allowSaslFailedClients", type: "boolean", default: false, doc: "Keep the connection of a client whose SASL authentication failed." },
  ensembleAuthName: { key: "ensembleAuthName", type: "list", default: [], doc: "Names by which clients may call this ensemble (scheme `ensemble`)." },
  serverCnxnFactory: { key: "serverCnxnFactory", type: "string", default: "org.apache.zookeeper.server.NIOServerCnxnFactory", doc: "Class of Apache's network layer. Branta has one, with TLS; any name is accepted." },
  clientPortUnification: { key: "client.portUnification", type: "boolean", default: false, doc: "TLS and plain clients on the same port." },
  clientCertReload: { key: "client.certReload", type: "boolean", default: false, doc: "Read key and trust stores again when their files change." },
} as const satisfies SettingTable;

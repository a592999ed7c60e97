import type { SettingTable } from "./setting.ts";

/** Keys below `ssl.` (client port) and, with the same meaning, below `ssl.quorum.` (between servers). */
// oxfmt-ignore
export const tlsSettings = {
  keyStoreLocation: { key: "keyStore.location", type: "path", default: null, doc: "File with this server's key and certificate." },
  keyStorePassword: { key: "keyStore.password", type: "string", default: null, doc: "Its password." },
  keyStorePasswordPath: { key: "keyStore.passwordPath", type: "path", default: null, doc: "File with its password; counts before the password itself." },
  keyStoreType: { key: "keyStore.type", type: "word", words: ["JKS", "PEM", "PKCS12", "BCFKS"], default: null, doc: "JKS, PEM, PKCS12 or BCFKS. Unset: by the file's suffix." },
  trustStoreLocation: { key: "trustStore.location", type: "path", default: null, doc: "File with the certificates that are trusted." },
  trustStorePassword: { key: "trustStore.password", type: "string", default: null, doc: "Its password." },
  trustStorePasswordPath: { key: "trustStore.passwordPath", type: "path", default: null, doc: "File with its password; counts before the password itself." },
  trustStoreType: { key: "trustStore.type", type: "word", words: ["JKS", "PEM", "PKCS12", "BCFKS"], default: null, doc: "JKS, PEM, PKCS12 or BCFKS. Unset: by the file's suffix." },
  protocol: { key: "protocol", type: "string", default: "TLSv1.3", doc: "TLS version when `enabledProtocols` is unset." },
  enabledProtocols: { key: "enabledProtocols", type: "list", default: [], doc: "TLS versions offered." },
  cipherSuites: { key: "ciphersuites", type: "list", default: [], doc: "Cipher suites offered, by Java's or OpenSSL's names. Unset: the runtime's." },
  clientAuth: { key: "clientAuth", type: "word", words: ["need", "want", "none"], default: "need", doc: "Whether a client must show a certificate." },
  hostnameVerification: { key: "hostnameVerification", type: "boolean", default: true, doc: "The certificate must name the peer's host." },
  clientHostnameVerification: { key: "clientHostnameVerification", type: "boolean", default: null, doc: "The same for the certificates of connecting peers. Default: no on the client port, yes between servers." },
  allowReverseDnsLookup: { key: "allowReverseDnsLookup", type: "boolean", default: null, doc: "Look up the names of addresses for host name verification." },
  crl: { key: "crl", type: "boolean", default: false, doc: "Check certificate revocation lists." },
  ocsp: { key: "ocsp", type: "boolean", default: false, doc: "Check revocation by OCSP." },
  handshakeDetectionTimeoutMs: { key: "handshakeDetectionTimeoutMillis", type: "int", min: 1, default: 5000, doc: "Port unification: how long to wait for the first bytes, milliseconds." },
  contextSupplierClass: { key: "context.supplier.class", type: "string", default: null, doc: "Java class that makes the TLS context; cannot be used here." },
  authProvider: { key: "authProvider", type: "string", default: "x509", doc: "Scheme that checks client certificates." },
  sslProvider: { key: "sslProvider", type: "string", default: "JDK", doc: "Java's TLS engine; accepted, the runtime's own is used." },
} as const satisfies SettingTable;

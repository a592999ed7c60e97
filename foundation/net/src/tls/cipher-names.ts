/**
 * The cipher suites Apache's server offers when none are configured: TLS 1.3, then forward-secret GCM, then CBC.
 * In OpenSSL's names.
 */
export const DEFAULT_CIPHERS: readonly string[] = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_AES_128_GCM_SHA256",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-SHA256",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-ECDSA-AES256-SHA384",
  "ECDHE-RSA-AES256-SHA384",
  "ECDHE-ECDSA-AES256-SHA",
  "ECDHE-RSA-AES256-SHA",
];

/**
 * A cipher suite by OpenSSL's name. Takes the names Java uses (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`), which are those of
 * the RFCs; names that are OpenSSL's already, TLS 1.3 names among them, come back as they are.
 */
export function openSslCipherName(name: string): string {
  const match = /^(?:TLS|SSL)_(.+)_WITH_(.+)$/.exec(name.trim());
  if (match === null) return name.trim();
  const [, exchange, cipher] = match;
  // OpenSSL leaves out RSA key exchange and the CBC mode, and joins AES with its bits.
  const prefix = exchange === "RSA" ? "" : `${exchange!.replaceAll("_", "-")}-`;
  const suffix = cipher!
    .replace(/^AES_(\d+)_/, "AES$1_")
    .replace(/^3DES_EDE_CBC_/, "DES-CBC3_")
    .replace(/^(CHACHA20_POLY1305)_SHA256$/, "$1")
    .replace(/^(CAMELLIA)_(\d+)_/, "$1$2_")
    .replace("_CBC_", "_")
    .replaceAll("_", "-");
  return prefix + suffix;
}

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { hostAddress } from "@branta/zookeeper-engine";

/**
 * Whether a certificate is for the host that shows it: for its address or, where names may be looked up, for one of the
 * address's names. (`ssl.clientHostnameVerification`, `ssl.allowReverseDnsLookup`)
 *
 * @param namesOf looks up the names of an address; null when that is not allowed.
 */
export async function isCertificateOfHost(
  certificate: Buffer,
  remoteAddress: string,
  namesOf: ((address: string) => Promise<readonly string[]>) | null,
): Promise<boolean> {
  const parsed = new X509Certificate(certificate);
  // A certificate cannot name an interface.
  const address = hostAddress(remoteAddress).replace(/%.*/, "");
  if (isIP(address) === 0) return false;
  if (parsed.checkIP(address) !== undefined) return true;
  const names = namesOf === null ? [] : await namesOf(address).catch(() => []);
  return names.some((name) => parsed.checkHost(name) !== undefined);
}

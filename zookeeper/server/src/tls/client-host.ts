import { X509Certificate } from "node:crypto";
import { reverse } from "node:dns/promises";
import { isIP } from "node:net";
import { type SecureConnection, TlsError } from "@branta/foundation-net";
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

/**
 * Ends a connection whose peer has shown a certificate that is not for its host.
 *
 * @param dialled the name by which it was reached, null for one that has connected by itself.
 * @param mayLookUp whether names of its address may be looked up.
 * @throws TlsError "certificate"
 */
export async function requireHost(
  { socket, certificate, subjectDn }: SecureConnection,
  dialled: string | null,
  mayLookUp: boolean,
): Promise<void> {
  const address = socket.remoteAddress ?? "";
  if (certificate === null) return;
  if (dialled !== null && isIP(dialled) === 0 && new X509Certificate(certificate).checkHost(dialled) !== undefined)
    return;
  // What the peer sends may come meanwhile; it stays in the socket until someone listens.
  if (await isCertificateOfHost(certificate, address, mayLookUp ? reverse : null)) return;
  socket.destroy();
  const host = dialled === null || dialled === address ? address : `${dialled} (${address})`;
  throw new TlsError("certificate", `Cannot admit ${host}: its certificate (${subjectDn}) must name that host`);
}

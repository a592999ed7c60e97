import type { X509Certificate } from "node:crypto";
import { DerTag, DerValue } from "../key-stores/der-value.ts";

/** What OpenSSL says of a certificate whose issuer has the name of its subject, unless it stands alone in the trust store. */
export const NAMESAKE_ERROR = "DEPTH_ZERO_SELF_SIGNED_CERT";

/** RSA and ECDSA with SHA-2, RSA-PSS, Ed25519 and Ed448. */
const STRONG_SIGNATURES: ReadonlySet<string> = new Set([
  "1.2.840.113549.1.1.10",
  "1.2.840.113549.1.1.11",
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.2.840.10045.4.3.2",
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4",
  "1.3.101.112",
  "1.3.101.113",
]);

/** As at OpenSSL's security level 1, see loadTlsMaterial. */
const RSA_BITS_MIN = 1024;
const EC_CURVES: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/**
 * Whether a certificate is to be trusted though OpenSSL takes it for self-signed by its names alone.
 *
 * Scripts that make an authority and its certificates often give all of them one name, Apache's own among them. Java goes
 * by signatures there: it trusts a certificate that is in the trust store, and one that a certificate of the trust store has
 * signed. So does this, within narrower bounds: both must be within their dates (Java does not look at those of what is in
 * the trust store), and what is not itself in the store must have no extensions, because nothing here judges those.
 *
 * @param authorities the certificates of the trust store
 * @throws KeyStoreError "malformed" for one that cannot be read
 */
export function isTrustedNamesake(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  nowMs: number,
): boolean {
  if (!isInDate(certificate, nowMs)) return false;
  if (authorities.some((authority) => authority.raw.equals(certificate.raw))) return true;
  if (hasExtensions(certificate)) return false;
  return authorities.some((authority) => isInDate(authority, nowMs) && isIssuedBy(certificate, authority));
}

function isInDate({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  // Not the other way round: a date that cannot be read is no permission.
  return validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
}

function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  if (!certificate.checkIssued(authority) || !isAuthority(authority)) return false;
  return (
    STRONG_SIGNATURES.has(signatureAlgorithm(certificate)) &&
    isStrong(authority) &&
    certificate.verify(authority.publicKey)
  );
}

/** By its extensions, or, from before there were any, by having signed itself: other people's keys sign nothing. */
function isAuthority(certificate: X509Certificate): boolean {
  return certificate.ca || (!hasExtensions(certificate) && certificate.verify(certificate.publicKey));
}

function isStrong({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): boolean {
  switch (asymmetricKeyType) {
    case "rsa":
    case "rsa-pss":
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN;
    case "ec":
      return EC_CURVES.has(asymmetricKeyDetails?.namedCurve ?? "");
    default:
      return asymmetricKeyType === "ed25519" || asymmetricKeyType === "ed448";
  }
}

/** `Certificate => TBSCertificate, signatureAlgorithm, …` */
function signatureAlgorithm({ raw }: X509Certificate): string {
  return DerValue.read(raw).child(1, "signature algorithm").child(0, "algorithm").objectId("algorithm");
}

/** `TBSCertificate => [0] version OPTIONAL, …`: only those of a version above 1 name it, and only those have extensions. */
function hasExtensions({ raw }: X509Certificate): boolean {
  return DerValue.read(raw).child(0, "certificate body").child(0, "version or serial").tag === DerTag.Explicit0;
}

import { DerTag, DerValue } from "./der-value.ts";

/** The issuer's name in a certificate, as it stands there in DER. */
export function issuerOf(certificate: Buffer): Buffer {
  return nameOf(certificate, 2);
}

/** The subject's name in a certificate, as it stands there in DER. */
export function subjectOf(certificate: Buffer): Buffer {
  return nameOf(certificate, 4);
}

/** `TBSCertificate => [0] version OPTIONAL, serial, algorithm, issuer, validity, subject, …` */
function nameOf(certificate: Buffer, index: number): Buffer {
  const toBeSigned = DerValue.read(certificate).expect(DerTag.Sequence, "certificate").child(0, "certificate body");
  const hasVersion = toBeSigned.children()[0]?.tag === DerTag.Explicit0;
  return toBeSigned.child(hasVersion ? index + 1 : index, "name").expect(DerTag.Sequence, "name").bytes;
}

const PRINCIPAL = /^[^/@]*(?:\/[^/@]*)?@[^/@]*$/;

/** Whether scheme sasl takes this id: a Kerberos principal `name[/host]@REALM`, or anything without `@`. */
export function isKerberosName(id: string): boolean {
  return !id.includes("@") || PRINCIPAL.test(id);
}

import { subjectOf } from "./certificate-names.ts";
import { DerTag, DerValue } from "./der-value.ts";

/** The attribute types that RFC 2253 gives a name to; Java adds none in this form. */
const KEYWORDS: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
};

/** The subject of a certificate (DER) as Java's `X500Principal.getName()` writes it, such as `CN=client,OU=a\, b,C=DE`. */
export function certificateSubject(certificate: Buffer): string {
  return formatDistinguishedName(subjectOf(certificate));
}

/**
 * A name (DER) by RFC 2253, the last part first, as Java writes it: attributes without a keyword, and values that are not
 * text, as `#` and hexadecimal DER. This exact text is what scheme x509 compares in ACLs.
 *
 * @throws KeyStoreError "malformed"
 */
export function formatDistinguishedName(name: Buffer): string {
  const parts = DerValue.read(name).expect(DerTag.Sequence, "name").children();
  return parts
    .reverse()
    .map((part) => part.children().map(formatAttribute).join("+"))
    .join(",");
}

function formatAttribute(attribute: DerValue): string {
  const type = attribute.child(0, "attribute type").objectId("attribute type");
  const value = attribute.child(1, "attribute value");
  const keyword = KEYWORDS[type];
  const text = keyword === undefined ? null : textOf(value);
  return `${keyword ?? type}=${text === null ? `#${value.bytes.toString("hex")}` : escapeText(text)}`;
}

function textOf({ tag, content }: DerValue): string | null {
  switch (tag) {
    case DerTag.Utf8String:
      return content.toString("utf8");
    case DerTag.PrintableString:
    case DerTag.T61String:
    case DerTag.Ia5String:
    case DerTag.GeneralString:
      return content.toString("latin1");
    case DerTag.BmpString:
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString("utf16le") : null;
    default:
      return null;
  }
}

function escapeText(text: string): string {
  const escaped = text.replace(/[,=+<>#;"\\]/g, "\\$&").replaceAll("\0", "\\00");
  // Java escapes blanks at both ends, and counts a carriage return as one.
  const start = escaped.search(/[^ \r]/);
  if (start < 0) return escaped.replace(/[ \r]/g, "\\$&");
  const blanksAfter = /[ \r]*$/.exec(escaped)![0].length;
  const end = escaped.length - blanksAfter;
  const escapeBlanks = (blanks: string) => blanks.replace(/[ \r]/g, "\\$&");
  return escapeBlanks(escaped.slice(0, start)) + escaped.slice(start, end) + escapeBlanks(escaped.slice(end));
}

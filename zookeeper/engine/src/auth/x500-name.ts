const KEYWORDS = new Set(
  "CN C L S ST O OU T IP STREET DC DNQUALIFIER DNQ SURNAME GIVENNAME INITIALS GENERATION EMAIL EMAILADDRESS UID SERIALNUMBER".split(
    " ",
  ),
);
const ESCAPABLE_IN_QUOTES = ',=\n+<>#;\\"';
const ESCAPABLE = `${ESCAPABLE_IN_QUOTES} `;
const MUST_BE_ESCAPED = ',+<>;"';

/**
 * Whether scheme x509 takes this id: a distinguished name such as `CN=server-1,OU=a\+b,O="Branta, Inc."`, in what Java's
 * X500Principal reads: RFC 2253 and its looser forerunners (`;` as a separator, quoted values, blanks around). Empty is a name.
 */
export function isX500Name(name: string): boolean {
  return name === "" || splitUnquoted(name, ",;").every((part) => splitUnquoted(part, "+").every(isAttribute));
}

/** Splits at separators that are neither escaped nor inside quotes. */
function splitUnquoted(text: string, separators: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && separators.includes(character)) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** `keyword=value` */
function isAttribute(text: string): boolean {
  const equals = text.indexOf("=");
  if (equals < 0 || !isKeyword(trim(text.slice(0, equals)).toUpperCase())) return false;
  const value = text.slice(equals + 1).replace(/^[ \n]+/, "");
  if (value.startsWith("#")) return isHexDer(value.slice(1));
  return value.startsWith('"') ? isQuoted(value) : isPlain(value);
}

function isKeyword(keyword: string): boolean {
  return KEYWORDS.has(keyword) || isOid(keyword.startsWith("OID.") ? keyword.slice(4) : keyword);
}

function isOid(text: string): boolean {
  if (!/^\d+(?:\.\d+)+$/.test(text)) return false;
  const [first, second] = text.split(".");
  return Number(first) < 2 ? Number(second) < 40 : Number(first) === 2;
}

function isHexDer(hex: string): boolean {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) return false;
  const bytes = Buffer.from(hex, "hex");
  if (bytes.length < 2 || (bytes[0]! & 0x1f) === 0x1f) return false;
  const short = bytes[1]!;
  if (short < 0x80) return bytes.length === 2 + short;
  const width = short & 0x7f;
  if (width < 1 || width > 4 || bytes.length < 2 + width) return false;
  const length = bytes.readUIntBE(2, width);
  // DER wants the shortest form of a length.
  return length >= (width === 1 ? 0x80 : 2 ** (8 * (width - 1))) && bytes.length === 2 + width + length;
}

function isQuoted(value: string): boolean {
  for (let at = 1; at < value.length; at++) {
    if (value[at] === '"') return /^[ \n]*$/.test(value.slice(at + 1));
    if (value[at] !== "\\") continue;
    const escape = escapeLength(value, at, ESCAPABLE_IN_QUOTES);
    if (escape === 0) return false;
    at += escape;
  }
  return false;
}

function isPlain(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    if (value[at] === "\\") {
      const escape = escapeLength(value, at, ESCAPABLE);
      if (escape === 0) return false;
      at += escape;
    } else if (MUST_BE_ESCAPED.includes(value[at]!)) return false;
  }
  return true;
}

/** How many characters an escape takes after its backslash: one, or two hexadecimal digits; 0 when it is none. */
function escapeLength(value: string, at: number, escapable: string): number {
  const next = value[at + 1];
  if (next === undefined) return 0;
  if (/[0-9a-f]/i.test(next)) return /[0-9a-f]/i.test(value[at + 2] ?? "") ? 2 : 0;
  return escapable.includes(next) ? 1 : 0;
}

/** Java's String.trim. */
function trim(text: string): string {
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, "");
}

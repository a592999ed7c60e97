/** What Java's Integer.parseInt takes, of ASCII. */
const INTEGER = /^[+-]?[0-9]+$/;
const HEX_SEGMENT = /^[+-]?[0-9a-f]+$/i;

/** A range of addresses, as scheme ip writes it: `10.1.2.3`, `10.0.0.0/8`, `::1`, `fe80::/10`. */
export interface IpRange {
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** How many leading bits must agree. */
  readonly bits: number;
}

/** The bytes of an address, 4 or 16; null when it is none. Accepts what Apache 3.9.5's IPAuthenticationProvider accepts. */
export function parseIp(address: string): Uint8Array | null {
  if (address.includes(":")) return parseV6(address);
  return address.includes(".") ? parseV4(address) : null;
}

/** An address with an optional `/bits`; null when it is none or has more bits than the address. */
export function parseIpRange(text: string): IpRange | null {
  const slash = text.indexOf("/");
  const bytes = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (bytes === null) return null;
  const whole = bytes.length * 8;
  if (slash < 0) return { bytes, bits: whole };
  const bits = parseInteger(text.slice(slash + 1));
  return bits === null || bits < 0 || bits > whole ? null : { bytes, bits };
}

/** Whether an address lies in a range; IPv4 and IPv6 never meet. */
export function ipMatches(address: string, range: IpRange): boolean {
  const bytes = parseIp(address);
  if (bytes === null || bytes.length !== range.bytes.length) return false;
  const full = range.bits >> 3;
  for (let at = 0; at < full; at++) if (bytes[at] !== range.bytes[at]) return false;
  const rest = range.bits & 7;
  if (rest === 0) return true;
  const shift = 8 - rest;
  return bytes[full]! >> shift === range.bytes[full]! >> shift;
}

/**
 * An address as Java's getHostAddress writes it, which is how it stands in ACLs and `whoami`:
 * IPv4 mapped into IPv6 as IPv4, IPv6 with all eight groups. Takes what Node's `socket.remoteAddress` answers.
 */
export function hostAddress(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress);
  if (mapped !== null) return mapped[1]!;
  if (!remoteAddress.includes(":")) return remoteAddress;
  const percent = remoteAddress.indexOf("%");
  const scope = percent < 0 ? "" : remoteAddress.slice(percent);
  const bytes = parseV6(percent < 0 ? remoteAddress : remoteAddress.slice(0, percent));
  if (bytes === null) return remoteAddress;
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((bytes[at]! << 8) | bytes[at + 1]!).toString(16));
  return groups.join(":") + scope;
}

function parseV4(address: string): Uint8Array | null {
  const parts = address.split(".");
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (let at = 0; at < 4; at++) {
    const value = parseInteger(parts[at]!);
    if (value === null || value < 0 || value > 255) return null;
    bytes[at] = value;
  }
  return bytes;
}

function parseV6(address: string): Uint8Array | null {
  const halves = address.split("::");
  if (halves.length > 2) return null;
  const head = segmentsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? segmentsOf(halves[1]!, false) : [];
  const count = head.length + tail.length;
  // "::" stands for one segment at least.
  if (halves.length === 1 ? count !== 8 : count >= 8) return null;
  const bytes = new Uint8Array(16);
  return putSegments(bytes, 0, head) && putSegments(bytes, 16 - tail.length * 2, tail) ? bytes : null;
}

function segmentsOf(half: string, whole: boolean): string[] {
  return half === "" && !whole ? [] : half.split(":");
}

function putSegments(bytes: Uint8Array, start: number, segments: readonly string[]): boolean {
  let at = start;
  for (const segment of segments) {
    if (segment.length > 4 || !HEX_SEGMENT.test(segment)) return false;
    const value = Number.parseInt(segment, 16);
    bytes[at++] = (value >> 8) & 0xff;
    bytes[at++] = value & 0xff;
  }
  return true;
}

/** As Java's Integer.parseInt: a sign is allowed, nothing else is; null when it is no int. */
export function parseInteger(text: string): number | null {
  if (!INTEGER.test(text)) return null;
  const value = Number(text);
  return value > 0x7fff_ffff || value < -0x8000_0000 ? null : value;
}

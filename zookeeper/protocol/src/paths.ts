import { ProtocolError } from "./protocol-error.ts";

const DOT = 0x2e;
const SLASH = 0x2f;

/**
 * What is wrong with a node path, or null. The rules are those of PathUtils.validatePath, on UTF-16 units: absolute,
 * no empty, "." or ".." names, none of U+0000–001F, U+007F–009F, U+D800–F8FF, U+FFF0–FFFF (so no emoji).
 *
 * @param sequential true if the server will append a number, so that the path may end with "/".
 */
export function pathProblem(path: string, sequential = false): string | null {
  if (path.length === 0) return "it is empty, must begin with '/'";
  if (path.charCodeAt(0) !== SLASH) return "it must begin with '/'";
  const end = path.length;
  if (end === 1) return null;
  if (path.charCodeAt(end - 1) === SLASH && !sequential) return "it must not end with '/'";
  let nameAt = 1;
  for (let at = 1; at < end; at++) {
    const unit = path.charCodeAt(at);
    if (unit === SLASH) {
      if (at === nameAt) return `a node name is empty at ${at}`;
      if (isRelative(path, nameAt, at)) return `relative names are not allowed at ${nameAt}`;
      nameAt = at + 1;
    } else if (unit < 0x20 || (unit >= 0x7f && !isAllowedWide(unit))) {
      return unit === 0 ? `it has a null character at ${at}` : `it has an invalid character at ${at}`;
    }
  }
  return !sequential && isRelative(path, nameAt, end) ? `relative names are not allowed at ${nameAt}` : null;
}

/** @throws ProtocolError "invalidPath" if {@link pathProblem} finds one. */
export function validatePath(path: string, sequential = false): void {
  const problem = pathProblem(path, sequential);
  if (problem !== null) throw new ProtocolError("invalidPath", `Invalid path string "${path}": ${problem}`);
}

/**
 * True if a region of bytes is certainly a valid path: printable ASCII by the rules of {@link pathProblem}. False
 * means only that someone must decode it and look closer.
 */
export function isPlainAsciiPath(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  if (end <= start || bytes[start] !== SLASH) return false;
  if (end - start === 1) return true;
  if (bytes[end - 1] === SLASH) return false;
  let previous = SLASH;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at];
    if (byte < 0x20 || byte > 0x7e) return false;
    // Names that begin with a dot are rare; leave telling "." and ".." from ".a" to the closer look.
    if (previous === SLASH && (byte === SLASH || byte === DOT)) return false;
    previous = byte;
  }
  return true;
}

/** The path of the node above: "/a/b" → "/a", "/a" → "/". The root is its own parent. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last name of a path: "/a/b" → "b"; "" for the root. */
export function nodeName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The path of a child: ("/a", "b") → "/a/b", ("/", "b") → "/b". */
export function childPath(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

function isRelative(path: string, from: number, to: number): boolean {
  if (path.charCodeAt(from) !== DOT) return false;
  return to - from === 1 || (to - from === 2 && path.charCodeAt(from + 1) === DOT);
}

function isAllowedWide(unit: number): boolean {
  return unit > 0x9f && (unit < 0xd800 || (unit > 0xf8ff && unit < 0xfff0));
}

import { ZooKeeperError } from "./zookeeper-error.ts";

/** Elements and characters that no server accepts (PathUtils of ZooKeeper): empty, ".", "..", and UTF-16 units that are no text. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/;

/** @throws ZooKeeperError InvalidArgument if no server would accept `path`. */
export function checkPath(path: string, attempt: string): void {
  const problem = problemOf(path);
  if (problem === undefined) return;
  throw new ZooKeeperError("InvalidArgument", `Cannot ${attempt} "${path}": the path ${problem}`, { path });
}

function problemOf(path: string): string | undefined {
  if (path[0] !== "/") return 'must begin with "/"';
  if (path.length === 1) return undefined;
  if (path.endsWith("/")) return 'must not end with "/"';
  if (FORBIDDEN.test(path)) return "must not have control characters, surrogates or private-use characters";
  for (const element of path.slice(1).split("/")) {
    if (element === "") return 'must not have "//"';
    if (element === "." || element === "..") return `must not have the element "${element}"`;
  }
  return undefined;
}

/** Translates between the caller's paths and the server's, which begin with the chroot. */
export class Namespace {
  readonly chroot: string;

  constructor(chroot: string) {
    this.chroot = chroot;
  }

  /** @throws ZooKeeperError InvalidArgument if `path` is none. */
  toServer(path: string, attempt: string): string {
    checkPath(path, attempt);
    if (this.chroot === "") return path;
    return path === "/" ? this.chroot : this.chroot + path;
  }

  /** The caller's name of a server's path; a path outside the chroot stays as it is. */
  toClient(path: string): string {
    if (this.chroot === "") return path;
    if (path === this.chroot) return "/";
    return path.startsWith(`${this.chroot}/`) ? path.slice(this.chroot.length) : path;
  }
}

/** `/a` of `/a/b`; "/" of "/a". */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** `b` of `/a/b`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `/a/b` of `/a` and `b`. */
export function joinPath(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

import { pathProblem } from "@branta/zookeeper-protocol";
import { ZooKeeperError } from "./zookeeper-error.ts";

/** @throws ZooKeeperError InvalidArgument if no server would accept `path`. */
export function checkPath(path: string, attempt: string): void {
  const problem = pathProblem(path);
  if (problem === null) return;
  throw new ZooKeeperError("InvalidArgument", `Cannot ${attempt} "${path}": ${problem}`, { path });
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

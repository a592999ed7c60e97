import { arch, freemem, homedir, hostname, platform, release, tmpdir, totalmem, userInfo } from "node:os";
import { getHeapStatistics } from "node:v8";
import { fullVersion } from "./version.ts";

const MEGABYTE = 1024 * 1024;
const JAVA_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "aarch64" };
const JAVA_PLATFORMS: Readonly<Record<string, string>> = { linux: "Linux", darwin: "Mac OS X", win32: "Windows" };

/**
 * What `envi` shows, under Apache's names. Where a name speaks of Java, the runtime that is here instead is shown:
 * Node.js and its version, home and entry point.
 */
export function environmentEntries(options: {
  readonly legacyBuildDate: boolean;
}): readonly (readonly [string, string])[] {
  const heap = getHeapStatistics();
  return [
    ["zookeeper.version", fullVersion(options)],
    ["host.name", hostname()],
    ["java.version", process.versions.node],
    ["java.vendor", "Node.js"],
    ["java.home", process.execPath],
    ["java.class.path", process.argv[1] ?? ""],
    ["java.library.path", "<NA>"],
    ["java.io.tmpdir", tmpdir()],
    ["java.compiler", "<NA>"],
    ["os.name", JAVA_PLATFORMS[platform()] ?? platform()],
    ["os.arch", JAVA_ARCHITECTURES[arch()] ?? arch()],
    ["os.version", release()],
    ["user.name", userName()],
    ["user.home", homedir()],
    ["user.dir", process.cwd()],
    ["os.memory.free", megabytes(Math.min(heap.total_available_size, freemem()))],
    ["os.memory.max", megabytes(Math.min(heap.heap_size_limit, totalmem()))],
    ["os.memory.total", megabytes(heap.total_heap_size)],
  ];
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MEGABYTE)}MB`;
}

/** The user this process runs as; audit lines name it, too. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "<NA>");
  }
}

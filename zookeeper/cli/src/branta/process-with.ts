import { existsSync, readFileSync } from "node:fs";

/**
 * Whether a process runs that was started with a word in its command line. Process ids are used again: one without our
 * word is not the one we started.
 */
export function isProcessWith(pid: number, word: string): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync(commandLine)) return process.platform !== "linux";
  // A process that has ended but is not yet reaped has an empty command line.
  return readFileSync(commandLine, "utf8").split("\0").includes(word);
}

/** The process id that a file holds, null when no process with our word has it. */
export function pidIn(file: string, word: string): number | null {
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, "utf8"));
  return Number.isInteger(pid) && pid > 0 && isProcessWith(pid, word) ? pid : null;
}

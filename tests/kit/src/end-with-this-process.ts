import type { ChildProcess } from "node:child_process";

const running = new Set<ChildProcess>();
let isWatching = false;

/** Ends a child when this process ends before it: by an error, by `process.exit`, by Ctrl-C or by a time limit's SIGTERM. */
export function endWithThisProcess(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
  if (isWatching) return;
  isWatching = true;
  process.once("exit", () => {
    // Takes one that is stopped, too.
    for (const one of running) one.kill("SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
}

import { dirname } from "node:path";
import type { CacheNode } from "../configuration/cluster-config.ts";
import { commandText, quoted } from "../hosts/shell-words.ts";

/** Where one cache node's files lie, on its host. */
export interface NodeFiles {
  readonly pidFile: string;
  readonly logFile: string;
}

/** What a script around a node says in its first word; more may follow. */
export type NodeWord = "started" | "running" | "stopped" | "absent" | "failed" | "stuck";

const STOP_TENTHS_MAX = 150;
const START_TENTHS_MAX = 100;
const LOG_LINES = 5;

/** The files of a node. A pid file for each, so that a node is ended by its id and no process by its name. */
export function nodeFiles(arcusPath: string, serviceCode: string, { port }: CacheNode): NodeFiles {
  const name = `memcached-${serviceCode}-${port}`;
  return { pidFile: `${arcusPath}/run/${name}.pid`, logFile: `${arcusPath}/logs/${name}.log` };
}

/** The command that runs a node, as upstream's tool gives it, and the pid file. */
export function nodeCommand(node: CacheNode, { pidFile }: NodeFiles, zkList: string, arcusPath: string): string {
  const { port, threads, memlimit, connections } = node;
  const program = node.program ?? `${arcusPath}/bin/memcached`;
  const lib = `${dirname(dirname(program))}/lib`;
  const modules = ["-E", `${lib}/default_engine.so`, "-X", `${lib}/syslog_logger.so`, "-X", `${lib}/ascii_scrub.so`];
  const fixed = ["-d", "-v", "-r", "-R5", "-U", "0", "-D:", "-b", "8192"];
  const own = [`-m${memlimit}`, "-p", port, "-c", connections, "-t", threads, "-z", zkList, "-P", pidFile];
  return commandText([program, ...(node.program === null ? [] : modules), ...fixed, ...own]);
}

/**
 * Starts a node unless it runs. Says `running PID`, `started PID`, or `failed` and its last words, and then ends with 1.
 * What runs is known by its pid file, and a process is only taken for it if that file stands on its command line: ids are
 * given again after a restart of the machine.
 */
export function startScript(command: string, { pidFile, logFile }: NodeFiles): string {
  return `${isRunning(pidFile)}
if is_running; then echo "running $pid"; exit 0; fi
log=${quoted(logFile)}
mkdir -p ${quoted(dirname(pidFile))} ${quoted(dirname(logFile))} && rm -f "$pid_file" && touch "$log" || { echo failed; exit 1; }
before=$(wc -c <"$log")
# Refused to root otherwise, by arcus-memcached.
user=; [ "$(id -u)" -ne 0 ] || user="-u root"
ulimit -n "$(ulimit -H -n)" 2>/dev/null
${command} $user </dev/null >>"$log" 2>&1
code=$?
tenths=0
while [ $code -eq 0 ] && [ $tenths -lt ${START_TENTHS_MAX} ]; do
  if is_running; then echo "started $pid"; exit 0; fi
  sleep 0.1; tenths=$((tenths + 1))
done
echo failed; tail -c +$((before + 1)) "$log" | tail -n ${LOG_LINES}
exit 1`;
}

/** Says `running PID`, or `failed` and the node's last words. */
export function checkScript({ pidFile, logFile }: NodeFiles): string {
  return `${isRunning(pidFile)}
if is_running; then echo "running $pid"; exit 0; fi
echo failed; tail -n ${LOG_LINES} ${quoted(logFile)}`;
}

/** Ends a node and waits for its end. Says `stopped PID`, `absent`, or `stuck PID`, and then ends with 1. */
export function stopScript({ pidFile }: NodeFiles): string {
  return `${isRunning(pidFile)}
if ! is_running; then rm -f "$pid_file"; echo absent; exit 0; fi
node=$pid
kill -INT "$node"
tenths=0
while is_running && [ "$pid" = "$node" ]; do
  if [ $tenths -ge ${STOP_TENTHS_MAX} ]; then echo "stuck $node"; exit 1; fi
  sleep 0.1; tenths=$((tenths + 1))
done
rm -f "$pid_file"
echo "stopped $node"`;
}

/** Reads what a script said: its first word, the process if it named one, and the rest. */
export function readNodeAnswer(stdout: string): {
  readonly word: NodeWord;
  readonly pid: string;
  readonly rest: string;
} {
  const [first = "", ...rest] = stdout.trim().split("\n");
  const [word = "", pid = ""] = first.split(" ");
  const known: readonly string[] = ["started", "running", "stopped", "absent", "stuck"] satisfies NodeWord[];
  return { word: known.includes(word) ? (word as NodeWord) : "failed", pid, rest: rest.join("\n") };
}

/** Defines \`is_running\`, which sets \`pid\`. One that has ended and that nobody asked about yet runs no more. */
function isRunning(pidFile: string): string {
  return `pid_file=${quoted(pidFile)}
is_running() {
  [ -r "$pid_file" ] && read -r pid <"$pid_file" || [ -n "$pid" ] || return 1
  kill -0 "$pid" 2>/dev/null || return 1
  ! grep -q '^[^)]*) Z ' "/proc/$pid/stat" 2>/dev/null || return 1
  tr '\\0' '\\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -e "$pid_file"
}`;
}

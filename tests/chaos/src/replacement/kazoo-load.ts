import { endWithThisProcess } from "@branta/tests-kit";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Load, LoadReport } from "./load.ts";

/** What kazoo-load.py prints. */
interface KazooReport {
  readonly writes: number;
  readonly locks: number;
  readonly events: number;
  readonly longestMs: number;
  readonly broken: readonly string[];
}

const KAZOO = join(process.env["BRANTA_CACHE"] ?? join(homedir(), ".cache", "branta"), "kazoo-2.11.0");
const PYTHON = join(KAZOO, "venv", "bin", "python");

/** Whether tests/conformance/kazoo.sh has fetched kazoo on this machine. */
export function hasKazoo(): boolean {
  return existsSync(PYTHON);
}

/** A Python process with kazoo that writes, locks, watches and owns an ephemeral node. */
export class KazooLoad implements Load {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = "";
  #errors = "";

  constructor(connectionString: string, root: string, register: string) {
    const script = join(import.meta.dirname, "kazoo-load.py");
    this.#child = spawn(PYTHON, [script, connectionString, root, register], {
      env: { ...process.env, PYTHONPATH: KAZOO },
      stdio: ["pipe", "pipe", "pipe"],
    });
    endWithThisProcess(this.#child);
    this.#child.stdout!.on("data", (chunk: Buffer) => (this.#output += String(chunk)));
    this.#child.stderr!.on("data", (chunk: Buffer) => (this.#errors = (this.#errors + String(chunk)).slice(-4_000)));
    this.#ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
  }

  /** Nothing to do here: the other process works by itself. */
  start(): void {}

  stop(): void {
    this.#child.stdin!.end();
  }

  async finish(): Promise<LoadReport> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 60_000);
    await this.#ended;
    clearTimeout(timer);
    if (this.#output === "") return { name: "kazoo", done: 0, broken: [`it ended without a report: ${this.#errors}`] };
    const { writes, locks, events, longestMs, broken } = JSON.parse(this.#output) as KazooReport;
    const name = `kazoo (${writes} writes, ${locks} locks, ${events} events, longest pause ${Math.round(longestMs)} ms)`;
    return { name, done: Math.min(writes, locks, events), broken };
  }
}

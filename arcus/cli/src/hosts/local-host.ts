import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { ArcusToolError } from "../arcus-tool-error.ts";
import type { Host, ScriptOptions, ScriptResult } from "./host.ts";

/** How long output may come after a script's end: what it started may keep its streams for ever. */
const DRAIN_MS = 300;

/** This machine. */
export class LocalHost implements Host {
  readonly name: string;
  readonly isLocal = true;

  constructor(name: string) {
    this.name = name;
  }

  run(script: string, { timeoutMs, input = "" }: ScriptOptions): Promise<ScriptResult> {
    const child = spawn("/bin/sh", ["-c", script], { stdio: "pipe" });
    const out: Buffer[] = [];
    const error: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
    // A script that ends before it has read everything breaks the pipe; its exit code says why.
    child.stdin.on("error", () => {});
    (typeof input === "string" ? Readable.from([input]) : input).pipe(child.stdin);
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new ArcusToolError("outOfTime", `${this.name}: a command took longer than ${timeoutMs / 1_000} s`));
      }, timeoutMs);
      const settle = (exitCode: number | null): void => {
        clearTimeout(limit);
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ stdout: text(out), stderr: text(error), exitCode });
      };
      child.once("error", (cause) => {
        clearTimeout(limit);
        reject(new ArcusToolError("commandFailed", `${this.name}: cannot run /bin/sh: ${cause.message}`, { cause }));
      });
      child.once("close", settle);
      child.once("exit", (exitCode) => setTimeout(settle, DRAIN_MS, exitCode).unref());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A Java program that uses Curator as it is told; see curator/Peer.java. */
export class CuratorPeer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: ((line: string) => void)[] = [];
  readonly #ended: Promise<unknown>;

  /** @param address of the server @param classpath of Curator and of Peer */
  constructor(address: string, classpath: string) {
    const child = spawn("java", ["-Xmx128m", "-cp", classpath, "Peer", address], { stdio: ["pipe", "pipe", "ignore"] });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once("close", resolve));
    createInterface({ input: child.stdout }).on("line", (line) => this.#answers.shift()?.(line));
  }

  /** Gives a command, and answers what it answers. @throws Error if it fails there */
  async tell(...words: readonly (string | number)[]): Promise<string> {
    const answer = await new Promise<string>((resolve) => {
      this.#answers.push(resolve);
      this.#child.stdin?.write(`${words.join(" ")}\n`);
    });
    if (answer.startsWith("ok ")) return answer.slice(3);
    throw new Error(`Curator's answer to "${words.join(" ")}" is: ${answer}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}

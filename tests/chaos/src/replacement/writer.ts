import { isZooKeeperError, type ZooKeeper } from "@branta/zookeeper-client";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type LoadReport, SessionWatch } from "./load.ts";
import type { Pauses } from "./pauses.ts";

const PAUSE_MS = 2;

/**
 * Writes one thing after the other and remembers what was acknowledged: a register that only it writes, nodes that stay,
 * and an ephemeral node that must outlive all servers.
 */
export class Writer implements Load {
  readonly #zk: ZooKeeper;
  readonly #folder: string;
  readonly #pauses: Pauses;
  readonly #session: SessionWatch;
  readonly #made: string[] = [];
  readonly #unclear = new Set<string>();
  /** Number of the last write of the register that was acknowledged, and that was asked for. */
  #acknowledged = 0;
  #asked = 0;
  #lastAnswerMs = 0;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(zk: ZooKeeper, folder: string, pauses: Pauses) {
    this.#zk = zk;
    this.#folder = folder;
    this.#pauses = pauses;
    this.#session = new SessionWatch(zk);
  }

  /** Makes its nodes: `folder` with a register, and the ephemeral one. */
  static async prepare(zk: ZooKeeper, folder: string, pauses: Pauses): Promise<Writer> {
    await zk.create(`${folder}/nodes`, null, { parents: true });
    await zk.create(`${folder}/register`, "0");
    await zk.create(`${folder}/ephemeral`, null, { ephemeral: true });
    return new Writer(zk, folder, pauses);
  }

  start(): void {
    this.#running = this.#run();
    // It shows when it ends; until then it must not end this process.
    this.#running.catch(() => {});
  }

  async #run(): Promise<void> {
    this.#lastAnswerMs = performance.now();
    while (!this.#isStopped) {
      this.#asked++;
      if (this.#asked % 2 === 0) await this.#make(`${this.#folder}/nodes/${this.#asked}`);
      else await this.#set(this.#asked);
      await sleep(PAUSE_MS);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async finish(): Promise<LoadReport> {
    await this.#running;
    const zk = this.#zk;
    await zk.sync(this.#folder);
    const { data } = await zk.get(`${this.#folder}/register`);
    const { children } = await zk.children(`${this.#folder}/nodes`);
    const ephemeral = await zk.exists(`${this.#folder}/ephemeral`);
    const found = new Set(children.map((name) => `${this.#folder}/nodes/${name}`));
    const lost = this.#made.filter((path) => !found.has(path));
    const made = new Set(this.#made);
    const invented = [...found].filter((path) => !made.has(path) && !this.#unclear.has(path));
    const broken = [...this.#session.broken];
    if (Number(data) < this.#acknowledged || Number(data) > this.#asked) {
      broken.push(`the register is ${String(data)}: ${this.#acknowledged} was acknowledged, ${this.#asked} asked for`);
    }
    if (lost.length > 0) broken.push(`${lost.length} acknowledged nodes are lost, the first ${lost[0]}`);
    if (invented.length > 0) broken.push(`nodes that nobody asked for: ${invented.slice(0, 3).join(" ")}`);
    if (ephemeral?.ephemeralOwner !== zk.session?.id) broken.push("the ephemeral node is gone");
    await zk.close();
    return { name: this.#folder, done: this.#made.length + this.#acknowledged, broken };
  }

  async #make(path: string): Promise<void> {
    if (await this.#isAnswered(this.#zk.create(path))) this.#made.push(path);
    else this.#unclear.add(path);
  }

  async #set(number: number): Promise<void> {
    const isDone = await this.#isAnswered(this.#zk.set(`${this.#folder}/register`, String(number)));
    if (isDone) this.#acknowledged = number;
  }

  /** False if it may have happened or not. */
  async #isAnswered(write: Promise<unknown>): Promise<boolean> {
    try {
      await write;
    } catch (error) {
      if (isZooKeeperError(error, "ConnectionLoss")) return false;
      throw error;
    }
    const nowMs = performance.now();
    this.#pauses.note(nowMs - this.#lastAnswerMs);
    this.#lastAnswerMs = nowMs;
    return true;
  }
}

import { setTimeout as pause } from "node:timers/promises";
import { KitError, modeOf, type Ensemble, type Random, type ServerProcess } from "@branta/tests-kit";
import type { Cables } from "./cables.ts";
import { type DiskHarm, harmDisk, healDisk } from "./disk-harm.ts";
import type { SmallDisks } from "./small-disks.ts";

/** Who is hit. */
type Victims = "leader" | "follower" | "majority" | "all";

/** The harm that the nemesis does, by name; each is drawn with this weight. */
const HARMS: readonly (readonly [weight: number, name: string])[] = [
  [4, "kill leader"],
  [3, "kill follower"],
  [2, "kill majority"],
  [1, "kill all"],
  [4, "pause leader"],
  [2, "pause follower"],
  [1, "pause majority"],
  [2, "restart leader"],
  [1, "restart follower"],
  [4, "isolate leader"],
  [2, "isolate follower"],
  [1, "isolate all"],
  [2, "cut one cable"],
  [3, "slow-disk leader"],
  [2, "slow-disk follower"],
  [1, "slow-disk all"],
  [2, "failing-disk leader"],
  [1, "failing-disk follower"],
  [1, "failing-disk majority"],
  [2, "full-disk leader"],
  [1, "full-disk follower"],
  [1, "full-disk majority"],
];

/** What a nemesis does: everything, only what ends processes, or only what disks do. */
export type HarmChoice = "all" | "kills" | "disks";

/** How much longer a slow disk takes: a nuisance, more than a tick, more than the others wait. */
const SLOW_MS = [60, 700, 3_000];

const HARM_MS_MIN = 300;
const HARM_MS_SPREAD = 4_000;
/** Who finds a disk full or failing ends by itself, sooner or later. */
const RESTARTS_MAX = 3;
/** After this long both ends of a silent connection have given it up. */
const LONG_CUT_MS = 2_000;

/** Harms an ensemble, and mends it. */
export class Nemesis {
  readonly #ensemble: Ensemble;
  readonly #cables: Cables;
  readonly #random: Random;
  readonly #disks: SmallDisks | null;
  readonly #harms: typeof HARMS;

  /** @param disks null where disks cannot be filled */
  constructor(ensemble: Ensemble, cables: Cables, random: Random, choice: HarmChoice, disks: SmallDisks | null) {
    this.#ensemble = ensemble;
    this.#cables = cables;
    this.#random = random;
    this.#disks = disks;
    const isOurs = ensemble.servers.every(({ kind }) => kind === "branta");
    this.#harms = HARMS.filter(([, name]) => {
      // Only Branta's servers can be told that their syncs are slow or fail.
      if (/^(slow|failing)-disk /.test(name)) return choice !== "kills" && isOurs;
      if (name.startsWith("full-disk ")) return choice !== "kills" && disks !== null;
      return choice === "all" || (choice === "kills" && /^(kill|restart) /.test(name));
    });
  }

  /** One or two harms, the second while the first lasts; answers their names. */
  async strike(): Promise<string> {
    const names: string[] = [];
    for (let count = this.#random.oneIn(3) ? 2 : 1; count > 0; count--) {
      const name = this.#random.weighted(this.#harms.map(([weight, harm]) => [weight, harm] as const));
      names.push(name);
      await this.#harm(name);
      await pause(HARM_MS_MIN + this.#random.below(HARM_MS_SPREAD));
      // Those who were killed come back while the rest of the harm lasts, or only when all is mended.
      if (this.#random.oneIn(2)) this.#startDead();
    }
    return names.join(", ");
  }

  /** Everybody runs and reaches everybody; resolves when all serve clients. */
  async mend(): Promise<void> {
    for (const server of this.#ensemble.servers) server.signal("SIGCONT");
    this.#cables.heal(this.#cutForMs() > LONG_CUT_MS);
    this.#cutAtMs = null;
    await this.#disks?.free();
    for (const server of this.#ensemble.servers) await healDisk(server);
    this.#startDead();
    await Promise.all(this.#ensemble.servers.map((server) => this.#serving(server)));
  }

  async #serving(server: ServerProcess): Promise<void> {
    for (let restarts = 0; ; restarts++) {
      try {
        await server.serving();
        return;
      } catch (error) {
        // It has been dying of its disk while that was mended.
        const hasEnded = error instanceof KitError && error.code === "exited";
        if (!hasEnded || restarts === RESTARTS_MAX) throw error;
        server.spawn();
      }
    }
  }

  #cutAtMs: number | null = null;

  #cutForMs(): number {
    return this.#cutAtMs === null ? 0 : performance.now() - this.#cutAtMs;
  }

  #startDead(): void {
    for (const server of this.#ensemble.servers) if (!server.running) server.spawn();
  }

  async #harm(name: string): Promise<void> {
    const [verb, whom] = name.split(" ") as [string, Victims];
    if (verb === "cut") {
      const [one, other] = this.#shuffled([1, 2, 3]);
      this.#cut(one!, other!);
      return;
    }
    const victims = await this.#choose(whom);
    for (const victim of victims) {
      const server = this.#ensemble.servers[victim - 1]!;
      if (verb === "kill") void server.kill();
      else if (verb === "pause") server.signal("SIGSTOP");
      else if (verb === "restart") void this.#restart(server);
      else if (verb === "full-disk") await this.#disks!.fill(server);
      else if (verb.endsWith("-disk")) await harmDisk(server, this.#diskHarm(verb));
      else for (const other of this.#ids()) if (other !== victim) this.#cut(victim, other);
    }
  }

  #diskHarm(verb: string): DiskHarm {
    if (verb === "failing-disk") return { kind: "failing" };
    return { kind: "slow", delayMs: SLOW_MS[this.#random.below(SLOW_MS.length)]! };
  }

  async #restart(server: ServerProcess): Promise<void> {
    await server.stop();
    if (!server.running) server.spawn();
  }

  #cut(one: number, other: number): void {
    this.#cables.cut(one, other);
    this.#cutAtMs ??= performance.now();
  }

  async #choose(whom: Victims): Promise<readonly number[]> {
    const ids = this.#shuffled(this.#ids());
    if (whom === "all") return ids;
    if (whom === "majority") return ids.slice(0, (ids.length >> 1) + 1);
    const modes = await Promise.all(ids.map((id) => modeOf(this.#ensemble.servers[id - 1]!)));
    const leader = ids.find((_, at) => modes[at] === "leader") ?? ids[0]!;
    return whom === "leader" ? [leader] : [ids.find((id) => id !== leader)!];
  }

  #ids(): number[] {
    return this.#ensemble.servers.map((_, at) => at + 1);
  }

  #shuffled(ids: readonly number[]): number[] {
    return ids
      .map((id) => ({ id, lot: this.#random.next() }))
      .sort((a, b) => a.lot - b.lot)
      .map(({ id }) => id);
  }
}

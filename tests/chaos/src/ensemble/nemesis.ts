import { setTimeout as pause } from "node:timers/promises";
import { modeOf, type Ensemble, type Random, type ServerProcess } from "@branta/tests-kit";
import type { Cables } from "./cables.ts";

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
];

/** What a nemesis does: everything, or only what ends processes. */
export type HarmChoice = "all" | "kills";

const HARM_MS_MIN = 300;
const HARM_MS_SPREAD = 4_000;
/** After this long both ends of a silent connection have given it up. */
const LONG_CUT_MS = 2_000;

/** Harms an ensemble, and mends it. */
export class Nemesis {
  readonly #ensemble: Ensemble;
  readonly #cables: Cables;
  readonly #random: Random;
  readonly #harms: typeof HARMS;

  constructor(ensemble: Ensemble, cables: Cables, random: Random, choice: HarmChoice) {
    this.#ensemble = ensemble;
    this.#cables = cables;
    this.#random = random;
    this.#harms = choice === "all" ? HARMS : HARMS.filter(([, name]) => /^(kill|restart) /.test(name));
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
    this.#startDead();
    await Promise.all(this.#ensemble.servers.map((server) => server.serving()));
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
      else for (const other of this.#ids()) if (other !== victim) this.#cut(victim, other);
    }
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

import type { Random } from "@branta/foundation-runtime";
import { fraction, magnitude } from "@branta/foundation-simulator";
import type { StackServer } from "./stack-server.ts";
import type { StackWorld } from "./stack-world.ts";

/** Does to a world what its plan says, until told to stop. */
export class StackNemesis {
  readonly #world: StackWorld;
  readonly #random: Random;
  #isOver = false;

  constructor(world: StackWorld) {
    this.#world = world;
    this.#random = world.random.fork("nemesis");
  }

  start(): void {
    const { plan, servers } = this.#world;
    this.#world.onDown = (server) => this.#later(this.#downMs(), () => this.#boot(server));
    for (const server of servers) this.#boot(server);
    this.#repeat(plan.killsPerSecond, "kills", (server) => this.#end(server, () => server.kill()));
    this.#repeat(plan.powerCutsPerSecond, "powerCuts", (server) => this.#end(server, () => server.switchOff()));
    this.#repeat(plan.outagesPerSecond, "outages", () => {
      for (const server of servers) this.#end(server, () => server.switchOff());
    });
    this.#repeat(plan.tornWritesPerSecond, "tornWrites", ({ disk }) => disk.crashAfter(this.#random.below(40)));
    this.#repeat(plan.diskErrorsPerSecond, "diskErrors", ({ disk }) => {
      const operation = this.#random.below(2) === 0 ? "datasync" : "write";
      disk.failNext(operation, this.#random.below(2) === 0 ? "ioError" : "noSpace", this.#random.below(3));
    });
    this.#repeat(plan.partitionsPerSecond, "partitions", () => this.#partition());
    this.#repeat(plan.resetsPerSecond, "resets", (server) => this.#world.network.reset(server.name, this.#any().name));
  }

  /** All faults end: what is down starts, what is cut is healed. */
  end(): void {
    this.#isOver = true;
    this.#world.network.heal();
    for (const server of this.#world.servers) {
      // A fault that waits for its moment has missed it; one that comes all the same is the last.
      server.disk.crashAfter(Number.POSITIVE_INFINITY);
      this.#boot(server);
    }
    this.#world.onDown = (server) => this.#world.clock.after(10, () => this.#boot(server));
  }

  #any(): StackServer {
    const { servers } = this.#world;
    return servers[this.#random.below(servers.length)]!;
  }

  #downMs(): number {
    return magnitude(this.#random, 1, this.#world.plan.downMsMost);
  }

  #boot(server: StackServer): void {
    this.#world.trace(`${server.name} starts`);
    server.boot().catch((error: unknown) => this.#world.fail(error));
  }

  #end(server: StackServer, end: () => void): void {
    if (!server.isUp) return;
    this.#world.trace(`${server.name} is ended`);
    end();
    this.#later(this.#downMs(), () => this.#boot(server));
  }

  #partition(): void {
    const { servers, clients, network, plan } = this.#world;
    const everybody = [...servers.map(({ name }) => name), ...clients.map((_, at) => `c${at + 1}`)];
    const side = everybody.filter(() => this.#random.below(3) === 0);
    const rest = everybody.filter((name) => !side.includes(name));
    const ways = side.flatMap((one) => rest.map((other) => [one, other] as const));
    const direction = plan.isAsymmetric ? this.#random.below(3) : 0;
    const cuts = [
      ...(direction === 1 ? [] : ways),
      ...(direction === 2 ? [] : ways.map(([one, other]) => [other, one] as const)),
    ];
    for (const [from, to] of cuts) network.block(from, to);
    this.#world.trace(`cut: ${cuts.map((cut) => cut.join(">")).join(" ")}`);
    this.#later(magnitude(this.#random, 10, plan.partitionMsMost), () => {
      for (const [from, to] of cuts) network.heal(from, to);
    });
  }

  /** Does it at random moments, `perSecond` times a second on average. */
  #repeat(perSecond: number, name: string, act: (server: StackServer) => void): void {
    if (perSecond === 0) return;
    const next = (): void => {
      this.#later((-Math.log(1 - fraction(this.#random)) * 1000) / perSecond, () => {
        this.#world.count(name);
        act(this.#any());
        next();
      });
    };
    next();
  }

  #later(delayMs: number, act: () => void): void {
    this.#world.clock.after(delayMs, () => {
      if (!this.#isOver) act();
    });
  }
}

import type { Random } from "@branta/foundation-runtime";
import { fraction, magnitude } from "@branta/foundation-simulator";
import type { SimulatedServer } from "./simulated-server.ts";
import { FORWARDED } from "./simulated-server.ts";
import type { Simulation } from "./simulation.ts";

/** Does to a cluster what its plan says, until told to stop; and has clients write and sync. */
export class Nemesis {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #storm: Random;
  readonly #servers: readonly SimulatedServer[];
  /** Cuts that are in force, to be healed. */
  readonly #cuts = new Set<readonly [number, number]>();
  #isOver = false;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork("nemesis");
    this.#storm = simulation.random.fork("storm");
    this.#servers = [...simulation.cluster.servers.values()];
  }

  /** Begins; clients go on after {@link end}. */
  start(): void {
    const { plan } = this.#simulation;
    if (plan.stormPerMillion > 0) this.#simulation.onDelivered = (server) => this.#maybeStorm(server);
    for (const server of this.#servers) this.#simulation.start(server);
    this.#forever(plan.writesPerSecond, () => this.#write());
    this.#forever(plan.syncsPerSecond, () => this.#sync());
    const count = this.#servers.length;
    this.#repeat(plan.crashesPerSecond * count, () => this.#crash(this.#any()));
    this.#repeat(plan.outagesPerSecond, () => this.#outage());
    this.#repeat(plan.partitionsPerSecond, () => this.#partition());
    this.#repeat(plan.pausesPerSecond * count, () => this.#pause(this.#any()));
    this.#repeat(plan.resetsPerSecond, () => this.#reset());
    this.#repeat(plan.resignsPerSecond, () => this.#resign());
    this.#repeat(plan.reconfigsPerSecond, () => this.#reconfigure());
    this.#repeat(plan.pretendersPerSecond, () => this.#pretend());
  }

  /** All faults end: what is down starts, what is cut is healed. */
  end(): void {
    this.#isOver = true;
    this.#simulation.onDelivered = () => {};
    this.#simulation.calm();
    this.#simulation.cluster.votes.pretend(null);
    // What was pretended is still in votes; no election would come to an end with them.
    if (this.#simulation.plan.pretendersPerSecond > 0)
      for (const server of this.#servers) this.#simulation.crash(server);
    for (const [from, to] of this.#cuts) this.#simulation.heal(from, to);
    this.#cuts.clear();
    for (const server of this.#servers) {
      this.#simulation.resume(server);
      if (!server.isUp) this.#simulation.start(server);
    }
  }

  #any(): SimulatedServer {
    return this.#servers[this.#random.below(this.#servers.length)]!;
  }

  #write(): void {
    // Most clients find the leader; the others ask whoever they are connected to.
    const { leader } = this.#simulation.cluster;
    if (leader === undefined) return;
    if (this.#random.below(4) > 0) {
      for (let burst = 1 + this.#random.below(3); burst > 0; burst--)
        this.#act(leader, (nowMs) => leader.propose(nowMs));
      return;
    }
    const server = this.#any();
    this.#act(server, (nowMs) => {
      if (server.status.role === "leading") server.propose(nowMs);
      else server.forward(FORWARDED.write);
    });
  }

  #sync(): void {
    const server = this.#any();
    this.#act(server, (nowMs) => {
      if (server.status.role === "leading") server.sync(nowMs);
      else server.forward(FORWARDED.sync);
    });
  }

  #act(server: SimulatedServer, act: (nowMs: number) => void): void {
    if (server.isUp && !this.#simulation.isPaused(server)) act(this.#simulation.cluster.nowMsOf(server.id));
  }

  #crash(server: SimulatedServer): void {
    if (!server.isUp) return;
    this.#simulation.crash(server);
    this.#later(magnitude(this.#random, 1, this.#simulation.plan.downMsMost), () => this.#simulation.start(server));
  }

  #maybeStorm(server: SimulatedServer): void {
    const { stormPerMillion } = this.#simulation.plan;
    if (this.#storm.below(1_000_000) >= stormPerMillion || !server.isUp) return;
    this.#simulation.cluster.counts.storms++;
    this.#simulation.crash(server);
    this.#later(this.#storm.below(300), () => this.#simulation.start(server));
  }

  #outage(): void {
    this.#simulation.cluster.counts.outages++;
    for (const server of this.#servers) this.#crash(server);
  }

  #partition(): void {
    const { plan, cluster } = this.#simulation;
    cluster.counts.partitions++;
    const side = new Set<number>();
    const shape = this.#random.below(3);
    if (shape === 0) side.add(this.#any().id);
    else if (shape === 1) side.add((cluster.leader ?? this.#any()).id);
    else for (const { id } of this.#servers) if (this.#random.below(2) === 0) side.add(id);
    const direction = plan.isAsymmetric ? this.#random.below(3) : 0;
    const cuts: (readonly [number, number])[] = [];
    for (const { id: one } of this.#servers) {
      for (const { id: other } of this.#servers) {
        if (!side.has(one) || side.has(other)) continue;
        if (direction !== 1) cuts.push([one, other]);
        if (direction !== 2) cuts.push([other, one]);
      }
    }
    for (const cut of cuts) {
      this.#simulation.cut(...cut);
      this.#cuts.add(cut);
    }
    this.#later(magnitude(this.#random, 20, plan.partitionMsMost), () => this.#heal(cuts));
  }

  #heal(cuts: readonly (readonly [number, number])[]): void {
    for (const cut of cuts) {
      this.#cuts.delete(cut);
      if ([...this.#cuts].every(([from, to]) => from !== cut[0] || to !== cut[1])) this.#simulation.heal(...cut);
    }
  }

  #pause(server: SimulatedServer): void {
    this.#simulation.pause(server);
    this.#later(magnitude(this.#random, 5, this.#simulation.plan.pauseMsMost), () => this.#simulation.resume(server));
  }

  #reset(): void {
    const { cluster } = this.#simulation;
    const connections = [...cluster.links.connections];
    cluster.counts.resets++;
    if (connections.length > 0 && this.#random.below(2) === 0) {
      cluster.links.reset(connections[this.#random.below(connections.length)]!);
    } else {
      const [one, other] = [this.#any(), this.#any()];
      if (one !== other) cluster.votes.reset(one.id, other.id);
    }
  }

  #pretend(): void {
    const { votes, voters } = this.#simulation.cluster;
    votes.pretend(voters[this.#random.below(voters.length)]!.id);
    this.#simulation.cluster.counts.pretenders++;
    // With whoever led gone there is something to vote about.
    if (this.#random.below(2) === 0) this.#resign();
    this.#later(magnitude(this.#random, 50, 2000), () => votes.pretend(null));
  }

  #reconfigure(): void {
    const { leader } = this.#simulation.cluster;
    if (leader === undefined) return;
    const ids = this.#servers.map(({ id }) => id);
    const voters = new Set(ids.filter(() => this.#random.below(3) > 0));
    if (voters.size >= 2) this.#act(leader, (nowMs) => leader.reconfigure(voters, nowMs));
  }

  #resign(): void {
    const { leader } = this.#simulation.cluster;
    if (leader === undefined) return;
    this.#simulation.cluster.counts.resigns++;
    this.#act(leader, (nowMs) => leader.step({ kind: "resign", reason: "it was asked to" }, nowMs));
  }

  /** Does it at random moments, `perSecond` times a second on average. */
  #forever(perSecond: number, act: () => void): void {
    if (perSecond === 0) return;
    const next = (): void => {
      this.#simulation.after((-Math.log(1 - fraction(this.#random)) * 1000) / perSecond, () => {
        act();
        next();
      });
    };
    next();
  }

  /** The same, as long as there are faults. */
  #repeat(perSecond: number, act: () => void): void {
    if (perSecond === 0) return;
    const next = (): void => {
      this.#later((-Math.log(1 - fraction(this.#random)) * 1000) / perSecond, () => {
        act();
        next();
      });
    };
    next();
  }

  #later(delayMs: number, act: () => void): void {
    this.#simulation.after(delayMs, () => {
      if (!this.#isOver) act();
    });
  }
}

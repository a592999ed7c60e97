import type { ServerPorts } from "@branta/tests-kit";
import { LinkProxy } from "./link-proxy.ts";

/** From one server to another, on the quorum port and on the election port. */
interface Cable {
  readonly quorum: LinkProxy;
  readonly election: LinkProxy;
}

/** All connections between the servers of an ensemble, to be cut and healed pair by pair. */
export class Cables implements AsyncDisposable {
  readonly #cables = new Map<string, Cable>();

  /** Lays cables between servers 1 to `count`, in both directions. */
  static async lay(count: number): Promise<Cables> {
    const cables = new Cables();
    for (let from = 1; from <= count; from++) {
      for (let to = 1; to <= count; to++) {
        if (from === to) continue;
        const [quorum, election] = await Promise.all([LinkProxy.open(), LinkProxy.open()]);
        cables.#cables.set(`${from}-${to}`, { quorum, election });
      }
    }
    return cables;
  }

  /** The ports by which `from` reaches `to`, and from now on does reach it. */
  route(from: number, to: number, listens: ServerPorts): ServerPorts {
    const cable = this.#cables.get(`${from}-${to}`)!;
    cable.quorum.leadTo(listens.quorum);
    cable.election.leadTo(listens.election);
    return { quorum: cable.quorum.port, election: cable.election.port };
  }

  /** Cuts every connection between two servers, whoever opened it. */
  cut(one: number, other: number): void {
    for (const proxy of this.#between(one, other)) proxy.cut();
  }

  /** Mends everything. */
  heal(isLong: boolean): void {
    for (const { quorum, election } of this.#cables.values()) {
      quorum.heal(isLong);
      election.heal(isLong);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const proxies = [...this.#cables.values()].flatMap(({ quorum, election }) => [quorum, election]);
    await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
  }

  *#between(one: number, other: number): Iterable<LinkProxy> {
    for (const name of [`${one}-${other}`, `${other}-${one}`]) {
      const cable = this.#cables.get(name)!;
      yield cable.quorum;
      yield cable.election;
    }
  }
}

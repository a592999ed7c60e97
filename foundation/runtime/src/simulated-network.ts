import type { Clock, Timer } from "./clock.ts";
import { NetworkError, type NetworkErrorCode } from "./network-error.ts";
import type { DialOptions, Link, Listener, ListenOptions, Network } from "./network.ts";
import type { Random } from "./random.ts";
import { type Passage, SimulatedLink } from "./simulated-link.ts";

/** How the network behaves; all of it repeatable from `random`. */
export interface SimulatedNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long things are on their way. Default: 0.1 to 1 ms. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
}

interface Connection {
  readonly from: string;
  readonly to: string;
  readonly ends: readonly [SimulatedLink, SimulatedLink];
}

/** A machine: what listens on it, and whether it has power. */
interface Host {
  isOn: boolean;
  readonly listeners: Map<number, ListenOptions>;
  nextPort: number;
}

const THIS_HOST: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
const FIRST_FREE_PORT = 20_000;
/** Delays are drawn in steps of this. */
const DELAY_STEP_MS = 0.01;

/**
 * A network in memory between hosts that have names: things take their time, ways can be blocked, connections reset,
 * processes killed, machines switched off. Where a way is blocked nobody is told: there is only silence.
 */
export class SimulatedNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #minDelayMs: number;
  readonly #delaySteps: number;
  readonly #hosts = new Map<string, Host>();
  readonly #blocked = new Set<string>();
  #connections: Connection[] = [];
  /** Connections that are being opened; each looks again when something has changed. */
  readonly #dialling = new Set<() => void>();

  constructor(options: SimulatedNetworkOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#minDelayMs = options.minDelayMs ?? 0.1;
    this.#delaySteps = Math.ceil(((options.maxDelayMs ?? 1) - this.#minDelayMs) / DELAY_STEP_MS) + 1;
  }

  /** The network as a host sees it; the host is there, and on, from now on. */
  host(name: string): Network {
    if (!this.#hosts.has(name)) this.#hosts.set(name, { isOn: true, listeners: new Map(), nextPort: FIRST_FREE_PORT });
    return {
      listen: (options) => this.#listen(name, options),
      dial: (options) => this.#dial(name, options),
    };
  }

  /** Nothing gets from one host to the other any more; the way back is another matter. */
  block(from: string, to: string): void {
    this.#blocked.add(`${from}>${to}`);
  }

  /** Hosts of different groups do not reach each other. A host that is in no group reaches all. */
  partition(...groups: readonly (readonly string[])[]): void {
    for (const group of groups)
      for (const other of groups)
        if (other !== group) for (const from of group) for (const to of other) this.block(from, to);
  }

  /** Opens one way again, or all of them; what was sent meanwhile arrives. */
  heal(from?: string, to?: string): void {
    if (from === undefined || to === undefined) this.#blocked.clear();
    else this.#blocked.delete(`${from}>${to}`);
    this.#changed();
  }

  /** Breaks all connections between two hosts; both sides are told. */
  reset(one: string, other: string): void {
    for (const { from, to, ends } of this.#connections) {
      if (!(from === one && to === other) && !(from === other && to === one)) continue;
      for (const end of ends) end.fail(problem("reset", `keep the link to`, end.remote));
    }
  }

  /** Ends the processes of a host, with what they listen on; others are told, as far as they can be reached. */
  kill(host: string): void {
    this.#hosts.get(host)?.listeners.clear();
    for (const end of this.#endsOf(host)) end.abandon();
  }

  /** Cuts a host's power: it falls silent. Who sends to it learns what has happened when it is on again. */
  switchOff(host: string): void {
    const found = this.#hosts.get(host)!;
    found.isOn = false;
    found.listeners.clear();
    for (const end of this.#endsOf(host)) end.forget();
  }

  switchOn(host: string): void {
    this.#hosts.get(host)!.isOn = true;
    this.#changed();
  }

  #endsOf(host: string): SimulatedLink[] {
    return this.#connections.flatMap(({ from, to, ends }) => [
      ...(from === host ? [ends[0]] : []),
      ...(to === host ? [ends[1]] : []),
    ]);
  }

  #changed(): void {
    this.#connections = this.#connections.filter(({ ends }) => !ends.every((end) => end.isClosed));
    for (const { ends } of this.#connections) for (const end of ends) end.retry();
    for (const look of this.#dialling) look();
  }

  #passage(from: string, to: string): Passage {
    return {
      delayMs: () => {
        const isOpen = this.#hosts.get(from)?.isOn && this.#hosts.get(to)?.isOn && !this.#blocked.has(`${from}>${to}`);
        return isOpen === true ? this.#minDelayMs + this.#random.below(this.#delaySteps) * DELAY_STEP_MS : null;
      },
    };
  }

  #listen(name: string, options: ListenOptions): Promise<Listener> {
    const host = this.#hosts.get(name)!;
    const port = options.port === 0 ? host.nextPort++ : options.port;
    if (host.listeners.has(port)) return Promise.reject(problem("addressInUse", "listen on", `${name}:${port}`));
    host.listeners.set(port, options);
    const close = () => {
      if (host.listeners.get(port) === options) host.listeners.delete(port);
    };
    return Promise.resolve({ port, [Symbol.asyncDispose]: () => Promise.resolve(close()) });
  }

  #dial(from: string, options: DialOptions): Promise<Link> {
    const { port, timeoutMs, signal } = options;
    const to = THIS_HOST.has(options.host) ? from : options.host;
    const address = `${to}:${port}`;
    if (!this.#hosts.has(to)) return Promise.reject(problem("unknownHost", "dial", address));
    return new Promise((resolve, reject) => {
      let onItsWay: Timer | null = null;
      const settle = (done: () => void) => {
        this.#dialling.delete(look);
        signal?.removeEventListener("abort", giveUp);
        late.cancel();
        onItsWay?.cancel();
        done();
      };
      const giveUp = () => settle(() => reject(problem("closed", "go on dialling", address)));
      const late = this.#clock.after(timeoutMs, () => settle(() => reject(problem("timeout", "dial", address))));
      const arrive = () => {
        onItsWay = null;
        if (this.#passage(from, to).delayMs() === null) return;
        const link = this.#connect(from, to, port);
        settle(() => (link === null ? reject(problem("refused", "dial", address)) : resolve(link)));
      };
      const look = () => {
        const delayMs = this.#passage(from, to).delayMs();
        const backMs = this.#passage(to, from).delayMs();
        if (onItsWay !== null || delayMs === null || backMs === null) return;
        onItsWay = this.#clock.after(delayMs + backMs, arrive);
      };
      this.#dialling.add(look);
      signal?.addEventListener("abort", giveUp, { once: true });
      if (signal?.aborted === true) giveUp();
      else look();
    });
  }

  #connect(from: string, to: string, port: number): Link | null {
    const host = this.#hosts.get(to)!;
    const listener = host.listeners.get(port);
    if (listener === undefined) return null;
    const dialled = new SimulatedLink(`${to}:${port}`, this.#clock, this.#random, this.#passage(from, to));
    const remote = `${from}:${this.#hosts.get(from)!.nextPort++}`;
    const accepted = new SimulatedLink(remote, this.#clock, this.#random, this.#passage(to, from));
    SimulatedLink.join(dialled, accepted);
    this.#connections.push({ from, to, ends: [dialled, accepted] });
    this.#clock.soon(() => listener.onLink(accepted));
    return dialled;
  }
}

function problem(code: NetworkErrorCode, attempt: string, address: string): NetworkError {
  return new NetworkError(code, `Cannot ${attempt} "${address}": ${code}`, address);
}

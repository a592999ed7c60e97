import { parseConnectionString } from "@branta/zookeeper-client";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/**
 * Knows when every address of every server has been tried in vain. Somebody at a prompt, and every script that waits
 * with `until zkCli.sh ls /`, wants to hear that at once and not after a session timeout.
 */
export class FirstRound {
  readonly #hosts: ReadonlySet<string>;
  readonly #asked = new Map<string, number>();
  readonly #exhausted = new Set<string>();
  #failed = Promise.withResolvers<"failed">();

  constructor(connectionString: string) {
    this.#hosts = new Set(parseConnectionString(connectionString).hosts.map(({ host }) => host));
  }

  /** Resolves when the round is over without a connection. */
  get failed(): Promise<"failed"> {
    return this.#failed.promise;
  }

  /** Begins a new round: there was a connection. */
  restart(): void {
    this.#asked.clear();
    this.#exhausted.clear();
    this.#failed = Promise.withResolvers();
  }

  /** Resolves names for the client, which asks anew for every attempt: each time the next address of the name. */
  readonly lookup = async (host: string): Promise<readonly string[]> => {
    const attempt = this.#asked.get(host) ?? 0;
    this.#asked.set(host, attempt + 1);
    try {
      const addresses = isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
      if (attempt >= addresses.length) this.#exhaust(host);
      const address = addresses[attempt % addresses.length];
      return address === undefined ? [] : [address];
    } catch (error) {
      this.#exhaust(host);
      throw error;
    }
  };

  #exhaust(host: string): void {
    this.#exhausted.add(host);
    if (this.#exhausted.size === this.#hosts.size) this.#failed.resolve("failed");
  }
}

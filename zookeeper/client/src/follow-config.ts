import { parseEnsembleConfig } from "./ensemble-config.ts";
import { Namespace } from "./namespace.ts";
import { CONFIG_PATH } from "./operations/inspect.ts";
import { getOperation } from "./operations/read.ts";
import { isConnected } from "./session/session-state.ts";
import type { Session } from "./session/session.ts";
import type { WatchCallback } from "./session/watch-registry.ts";

/**
 * Keeps the servers of a session those that the ensemble's configuration names, as it changes. A configuration that
 * cannot be read, or does not name them all, changes nothing; it is asked for anew on the next connection.
 */
export function followConfig(session: Session): void {
  const follower = new ConfigFollower(session);
  session.onState((state) => {
    if (isConnected(state)) void follower.read();
  });
}

class ConfigFollower {
  readonly #session: Session;
  readonly #onChange: WatchCallback;
  #version = -1;
  /** Whether the next change will be told, or is being read. */
  #isArmed = false;

  constructor(session: Session) {
    this.#session = session;
    this.#onChange = ({ type }) => {
      this.#isArmed = false;
      // Whoever loses the watch with the session asks again in the next one.
      if (type !== "lost") void this.read();
    };
  }

  /** Unless the next change will be told anyway. */
  async read(): Promise<void> {
    if (this.#isArmed) return;
    this.#isArmed = true;
    // The configuration lies outside every chroot.
    const target = { namespace: new Namespace(""), watches: this.#session.watches };
    try {
      const { data } = await this.#session.request(getOperation(target, CONFIG_PATH, this.#onChange));
      this.#apply(data?.toString("utf8") ?? "");
    } catch {
      this.#isArmed = false;
    }
  }

  #apply(text: string): void {
    const { version, servers } = parseEnsembleConfig(text);
    // A server that is behind may still have the one before.
    if (version <= this.#version) return;
    this.#version = version;
    if (servers !== undefined) this.#session.updateServers(servers);
  }
}

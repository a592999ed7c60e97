import type { DialOptions, Link, Listener, ListenOptions, Network } from "@branta/foundation-runtime";
import type { SaslServer } from "@branta/zookeeper-engine";
import type { DigestMd5Client } from "@branta/zookeeper-protocol";
import { acceptedExchange, dialledExchange } from "./sasl-exchange.ts";
import { SaslLink } from "./sasl-link.ts";

/** Who this server is to others, and who may be others. */
export interface QuorumSasl {
  /** Begins to authenticate with a server that was dialled; null where that is not wanted (quorum.auth.learnerRequireSasl). */
  readonly newClient: (() => DigestMd5Client) | null;
  newServer(): SaslServer;
  /** Whether servers that connect must authenticate (quorum.auth.serverRequireSasl). */
  readonly isRequired: boolean;
}

/** The networks of the two ports on which the servers of an ensemble meet. */
export function saslNetworks(
  network: Network,
  sasl: QuorumSasl | null,
): { readonly network: Network; readonly electionNetwork: Network } {
  if (sasl === null) return { network, electionNetwork: network };
  return {
    network: new SaslNetwork(network, sasl, "quorum"),
    electionNetwork: new SaslNetwork(network, sasl, "election"),
  };
}

/** A network on which servers authenticate with each other before they talk. */
export class SaslNetwork implements Network {
  readonly #network: Network;
  readonly #sasl: QuorumSasl;
  readonly #isElection: boolean;

  /** @param port on the election port the greeting comes first. */
  constructor(network: Network, sasl: QuorumSasl, port: "election" | "quorum") {
    this.#network = network;
    this.#sasl = sasl;
    this.#isElection = port === "election";
  }

  listen(options: ListenOptions): Promise<Listener> {
    const { newServer, isRequired } = this.#sasl;
    const isElection = this.#isElection;
    return this.#network.listen({
      ...options,
      onLink: (link) =>
        options.onLink(
          new SaslLink(link, { exchange: acceptedExchange(newServer()), isElection, isAccepted: true, isRequired }),
        ),
    });
  }

  async dial(options: DialOptions): Promise<Link> {
    const link = await this.#network.dial(options);
    const { newClient } = this.#sasl;
    if (newClient === null) return link;
    const exchange = dialledExchange(newClient());
    return new SaslLink(link, { exchange, isElection: this.#isElection, isAccepted: false, isRequired: true });
  }
}

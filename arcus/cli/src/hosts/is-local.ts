import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";

/** What is looked up, so that tests can stand on another machine. */
export interface Machine {
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly lookup: (name: string) => Promise<readonly string[]>;
}

/** This machine as the system tells it. */
export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  return {
    hostname: hostname(),
    addresses,
    lookup: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  };
}

/**
 * Whether a host is this machine, so that no SSH is needed: 127.0.0.1, localhost, the machine's own name, or an address
 * of one of its network cards. (Upstream asked for the address of its own name only, which on Debian is 127.0.1.1.)
 */
export async function isLocal(host: string, machine: Machine): Promise<boolean> {
  if (host === "localhost" || host.startsWith("127.") || host === "::1" || host === machine.hostname) return true;
  if (isIP(host) !== 0) return machine.addresses.includes(host);
  // Who cannot be found is another: connecting to it will say so.
  const found = await machine.lookup(host).catch((): readonly string[] => []);
  return found.length > 0 && found.every((address) => machine.addresses.includes(address));
}

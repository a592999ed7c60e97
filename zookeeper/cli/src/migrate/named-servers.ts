import { parseProperties } from "@branta/foundation-config";
import { type HostAndPort, isZooKeeperError, parseConnectionString } from "@branta/zookeeper-client";
import { readMembershipText } from "@branta/zookeeper-server";
import { existsSync, readFileSync, statSync } from "node:fs";
import { BrantaError } from "../branta/branta-error.ts";

/** Where to ask, and the configuration file that said so. */
export interface NamedServers {
  readonly addresses: readonly HostAndPort[];
  /** Null for a connection string. */
  readonly file: string | null;
}

/**
 * Reads a connection string, or a zoo.cfg: its `server.N` lines with their `;port`, or else with the `clientPort` of the
 * file, which is then taken for that of every host.
 *
 * @throws BrantaError badArgument
 */
export function namedServers(text: string): NamedServers {
  if (existsSync(text) && statSync(text).isFile()) return { addresses: addressesOf(text), file: text };
  try {
    const { hosts, chroot } = parseConnectionString(text);
    if (chroot === "") return { addresses: hosts, file: null };
  } catch (error) {
    if (!isZooKeeperError(error)) throw error;
    throw new BrantaError("badArgument", `${error.message}; it is no file either`, { cause: error });
  }
  const wanted = 'an existing file, or "host:port[,host:port…]"';
  throw new BrantaError("badArgument", `Cannot look at the ensemble of "${text}": it must be ${wanted}`);
}

function addressesOf(file: string): HostAndPort[] {
  const config = parseProperties(readFileSync(file, "utf8"), file);
  const dynamicFile = config.get("dynamicConfigFile")?.value;
  const text = readFileSync(dynamicFile ?? file, "utf8");
  const port = Number(config.get("clientPort")?.value ?? Number.NaN);
  const members = [...readMembershipText(text).members.values()];
  const addresses = members.map(({ clientAddress, quorumAddresses }) => ({
    host: clientAddress?.host ?? quorumAddresses[0]!.host!,
    port: clientAddress?.port ?? port,
  }));
  if (addresses.length === 0) refuse(file, "it has no server.N lines: this command is about ensembles");
  if (addresses.some((address) => Number.isNaN(address.port)))
    refuse(file, "it does not say on which port servers serve clients");
  const places = new Set(addresses.map(({ host, port: clientPort }) => `${host}:${clientPort}`));
  if (places.size < addresses.length)
    refuse(
      file,
      "several servers share a host, and their client ports are not in it; name them as host:port,host:port,…",
    );
  return addresses;
}

function refuse(file: string, reason: string): never {
  throw new BrantaError("badArgument", `Cannot look at the ensemble of "${file}": ${reason}`);
}

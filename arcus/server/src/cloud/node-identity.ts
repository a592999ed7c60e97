import { formatCacheNodeName } from "@branta/arcus-protocol";
import { createSocket } from "node:dgram";
import { lookup, lookupService } from "node:dns/promises";
import { hostname } from "node:os";
import { ArcusServerError } from "../server-error.ts";

/** Under which names a node is known in its cloud. */
export interface NodeIdentity {
  readonly ip: string;
  /** `ip:port`, its name on the ring. */
  readonly address: string;
  /** `host:port` */
  readonly hostAddress: string;
  /** `ip:port-host`, its znode. */
  readonly name: string;
}

/** A port that nothing is sent to: connecting a UDP socket only makes the system choose an interface. */
const SYSLOG_PORT = 514;
const HOST_NAME_LENGTH_MAX = 128;

/**
 * Finds out what others call this machine: the address of the interface through which it reaches the ensemble, and
 * that address's name.
 *
 * @param hosts of the coordination servers; the first that there is a way to counts
 * @throws ArcusServerError cannotNameNode
 */
export async function identifyNode(
  hosts: readonly string[],
  port: number,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NodeIdentity> {
  const local = await localAddress(hosts);
  const ip = environment["ARCUS_CACHE_PUBLIC_IP"] ?? local;
  const host = environment["ARCUS_CACHE_HOSTNAME_OVERWRITE"] ?? (await hostNameOf(local, port));
  if (host.length > HOST_NAME_LENGTH_MAX) {
    throw new ArcusServerError(
      "cannotNameNode",
      `Cannot join with the host name "${host}": wanted are at most ${HOST_NAME_LENGTH_MAX} characters`,
    );
  }
  return { ip, address: `${ip}:${port}`, hostAddress: `${host}:${port}`, name: formatCacheNodeName(ip, port, host) };
}

async function localAddress(hosts: readonly string[]): Promise<string> {
  const problems: unknown[] = [];
  for (const host of hosts) {
    try {
      return await addressTowards(host);
    } catch (error) {
      problems.push(error);
    }
  }
  throw new ArcusServerError(
    "cannotNameNode",
    `Cannot find the own address: there is no way to any of "${hosts.join(",")}"`,
    { cause: new AggregateError(problems) },
  );
}

async function addressTowards(host: string): Promise<string> {
  const { address } = await lookup(host, { family: 4 });
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((done, fail) => {
      socket.once("error", fail);
      socket.connect(SYSLOG_PORT, address, () => done());
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}

async function hostNameOf(ip: string, port: number): Promise<string> {
  try {
    const { hostname: name } = await lookupService(ip, port);
    // Without a name the address itself may come back.
    return name === ip ? hostname() : name;
  } catch {
    return hostname();
  }
}

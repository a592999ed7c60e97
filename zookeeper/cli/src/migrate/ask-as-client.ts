import { formatConnectionString, type HostAndPort, ZooKeeper } from "@branta/zookeeper-client";

/** What a server tells any client. */
export interface ClientAnswer {
  /** Its number, which the ids of its sessions begin with. */
  readonly id: number;
  /** The node /zookeeper/config. */
  readonly membership: string;
}

/** Asks a server that keeps its four-letter words closed, by a short session with it; null if that does not work. */
export async function askAsClient(address: HostAndPort, timeoutMs: number): Promise<ClientAnswer | null> {
  const server = formatConnectionString({ hosts: [address], chroot: "" });
  try {
    await using zk = await ZooKeeper.connect(server, { timeoutMs });
    const { data } = await zk.config({ timeoutMs });
    const id = Number(BigInt.asUintN(64, zk.session!.id) >> 56n);
    return data === null ? null : { id, membership: data.toString("utf8").trim() };
  } catch {
    // Too old, or it wants an identity: what is missing is told by the check.
    return null;
  }
}

import { CACHE_SERVER_LOG, formatMemoryLimit } from "@branta/arcus-protocol";
import { isZooKeeperError, ZooKeeper } from "@branta/zookeeper-client";
import type { NodeLog } from "../node/node-log.ts";
import { ArcusServerError } from "../server-error.ts";

/** How a node enters its cloud. */
export interface Entry {
  /** `/arcus/cache_list/SERVICE` */
  readonly cloudPath: string;
  /** `ip:port-host` */
  readonly nodeName: string;
  readonly memoryMegabytes: number;
}

/** @throws ArcusServerError cannotJoin when no server of the ensemble answers within the session timeout */
export async function openSession(ensemble: string, sessionTimeoutMs: number, log: NodeLog): Promise<ZooKeeper> {
  try {
    const zk = await ZooKeeper.connect(ensemble, { sessionTimeoutMs });
    const session = zk.session?.id.toString(16) ?? "";
    log.info(`ZOO_SESSION_EVENT Connected. server=${zk.server}, session_id=0x${session}`);
    log.info(`ZooKeeper client initialized. (ZK session timeout=${Math.floor(zk.sessionTimeoutMs / 1000)} sec)`);
    return zk;
  } catch (error) {
    throw new ArcusServerError("cannotJoin", `Cannot join with the ensemble "${ensemble}": no server answers`, {
      cause: error,
    });
  }
}

/**
 * Shows clients this node, for as long as the session lasts.
 *
 * @throws ArcusServerError cannotJoin, when the node of an earlier session is still there, too
 */
export async function showNode(zk: ZooKeeper, { cloudPath, nodeName, memoryMegabytes }: Entry): Promise<void> {
  const path = `${cloudPath}/${nodeName}`;
  try {
    await zk.create(path, formatMemoryLimit(memoryMegabytes), { ephemeral: true });
  } catch (error) {
    const reason = isZooKeeperError(error, "NodeExists")
      ? "the session of an earlier process has not ended yet, or another node has this address; try again in a while"
      : "the server refused it";
    throw new ArcusServerError("cannotJoin", `Cannot create ${path}: ${reason}`, { cause: error });
  }
}

/**
 * Leaves a note of the day, where the operator has made a place for notes; otherwise none is wanted.
 *
 * @param now whose local date counts
 */
export async function noteActivity(
  zk: ZooKeeper,
  nodeName: string,
  activity: "join" | "rejoin",
  now: Date,
): Promise<void> {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${CACHE_SERVER_LOG}/${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  try {
    await zk.create(day, null);
  } catch (error) {
    if (!isZooKeeperError(error, "NodeExists")) throw error;
  }
  await zk.create(`${day}/${nodeName}-`, activity, { sequential: true });
}

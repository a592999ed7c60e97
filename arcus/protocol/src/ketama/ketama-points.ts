import { hash } from "node:crypto";

/** MD5 digests taken of a node's name. */
const DIGESTS_PER_NODE = 40;
/** Points out of one digest: its four 32-bit words. */
const POINTS_PER_DIGEST = 4;

/** Points that one node has on the ring; every node has the same weight. */
export const POINTS_PER_NODE = DIGESTS_PER_NODE * POINTS_PER_DIGEST;

/**
 * The points of a node: the little-endian 32-bit words of MD5("<name>-0") … MD5("<name>-39").
 *
 * @param name `ip:port`; the port is always part of it, the default one too
 */
export function ketamaPoints(name: string): Uint32Array {
  const points = new Uint32Array(POINTS_PER_NODE);
  for (let index = 0; index < DIGESTS_PER_NODE; index++) {
    const digest = hash("md5", `${name}-${index}`, "buffer");
    for (let word = 0; word < POINTS_PER_DIGEST; word++) {
      points[index * POINTS_PER_DIGEST + word] = digest.readUInt32LE(word * 4);
    }
  }
  return points;
}

/** Where a key lies on the ring: the first word of its MD5. Strings count as UTF-8. */
export function ketamaHash(key: string | Uint8Array): number {
  return hash("md5", key, "buffer").readUInt32LE(0);
}

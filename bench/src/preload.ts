import { createBody, OPEN, WireSession } from "@branta/tests-kit";
import { OpCode } from "@branta/zookeeper-protocol";
import { keyPath } from "./request-ring.ts";

const BATCH = 512;

/** Makes nodes by their paths, pipelined. */
export async function createNodes(port: number, paths: Iterable<string>, value: Buffer | null): Promise<void> {
  const session = await WireSession.open(port);
  let sent = 0;
  const drain = async (): Promise<void> => {
    for (; sent > 0; sent--) {
      const reply = await session.take(60_000);
      if (reply.err !== 0) throw new Error(`Cannot preload: a create was answered with error ${reply.err}`);
    }
  };
  for (const path of paths) {
    session.send(OpCode.create, createBody(path, value, OPEN, 0));
    if (++sent === BATCH) await drain();
  }
  await drain();
  await session.close();
}

/** The nodes that gets and sets choose from. */
export function* benchPaths(count: number): Generator<string> {
  yield "/bench";
  for (let key = 0; key < count; key++) yield keyPath(key);
}

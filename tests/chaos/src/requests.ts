import { createBody, multiBody, type MultiPart, OPEN, pathVersionBody, setDataBody } from "@branta/tests-kit";
import { CreateMode, OpCode } from "@branta/zookeeper-protocol";
import type { Change } from "./model.ts";

const EMPTY = Buffer.alloc(0);

/** The request that brings changes about: several of them travel as a multi. */
export function requestFor(changes: readonly Change[], folder: string): MultiPart {
  const parts = changes.map((change) => partFor(change, folder));
  return parts.length === 1 ? parts[0]! : { type: OpCode.multi, body: multiBody(parts) };
}

function partFor(change: Change, folder: string): MultiPart {
  switch (change.kind) {
    case "create": {
      const flags = change.owner === 0n ? CreateMode.Persistent : CreateMode.Ephemeral;
      return { type: OpCode.create, body: createBody(change.path, Buffer.from(change.data), OPEN, flags) };
    }
    case "sequential": {
      const body = createBody(`${folder}/s-`, Buffer.from(change.data), OPEN, CreateMode.PersistentSequential);
      return { type: OpCode.create, body };
    }
    case "set":
      return { type: OpCode.setData, body: setDataBody(change.path, Buffer.from(change.data), -1) };
    case "delete":
      return { type: OpCode.delete, body: pathVersionBody(change.path, -1) };
    case "close":
      return { type: OpCode.closeSession, body: EMPTY };
  }
  throw new Error("Cannot ask for the change: its kind must be known");
}

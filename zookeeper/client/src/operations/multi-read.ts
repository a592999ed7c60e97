import { multiReadRequest, multiReadResponse, type MultiReadResult, OpCode } from "@branta/zookeeper-protocol";
import { detached } from "../data.ts";
import type { Namespace } from "../namespace.ts";
import type { Operation } from "../session/operation.ts";
import { codeOf, failure, type ZooKeeperError } from "../zookeeper-error.ts";
import type { NodeData } from "./read.ts";

/** One read of several. */
export type Read = { readonly get: string } | { readonly children: string };

/** What each read found, or why it found nothing. */
export type ReadResults<Reads extends readonly Read[]> = {
  readonly [Index in keyof Reads]:
    | (Reads[Index] extends { readonly get: string } ? NodeData : { readonly children: readonly string[] })
    | ZooKeeperError;
};

/** Several reads in one round trip, each of which succeeds or fails alone. */
export function multiReadOperation<const Reads extends readonly Read[]>(
  namespace: Namespace,
  reads: Reads,
): Operation<ReadResults<Reads>> {
  const ops = reads.map((read) => {
    if ("get" in read) {
      return { type: OpCode.getData, path: namespace.toServer(read.get, "get"), watch: false } as const;
    }
    const path = namespace.toServer(read.children, "list children of");
    return { type: OpCode.getChildren, path, watch: false } as const;
  });
  return {
    type: OpCode.multiRead,
    attempt: "read several nodes",
    isRead: true,
    encode: (writer) => multiReadRequest.encode(writer, { ops }),
    decode(reader) {
      const { results } = multiReadResponse.decode(reader);
      return results.map((result, index) => outcomeOf(result, reads[index])) as unknown as ReadResults<Reads>;
    },
  };
}

function outcomeOf(result: MultiReadResult, read: Read | undefined): unknown {
  if (result.type === OpCode.getData) return { data: detached(result.data), stat: result.stat };
  if (result.type === OpCode.getChildren) return { children: result.children };
  const [attempt, path] =
    read !== undefined && "get" in read ? ["get", read.get] : ["list children of", read?.children ?? ""];
  return failure(codeOf(result.err), attempt, path, { errno: result.err });
}

import type { Codec } from "@branta/foundation-bytes";
import { OpCode, opName } from "../op-codes.ts";
import { addWatchRequest } from "./add-watch.ts";
import { authPacket } from "./auth.ts";
import { checkVersionRequest } from "./check-version.ts";
import { checkWatchesRequest } from "./check-watches.ts";
import { createTtlRequest } from "./create-ttl.ts";
import { createRequest, createResponse } from "./create.ts";
import { create2Response } from "./create2.ts";
import { deleteRequest } from "./delete.ts";
import { errorResponse } from "./error-response.ts";
import { existsRequest, existsResponse } from "./exists.ts";
import { getAclRequest, getAclResponse } from "./get-acl.ts";
import { getAllChildrenNumberRequest, getAllChildrenNumberResponse } from "./get-all-children-number.ts";
import { getChildrenRequest, getChildrenResponse } from "./get-children.ts";
import { getChildren2Request, getChildren2Response } from "./get-children2.ts";
import { getDataRequest, getDataResponse } from "./get-data.ts";
import { getEphemeralsRequest, getEphemeralsResponse } from "./get-ephemerals.ts";
import { multiReadRequest, multiReadResponse } from "./multi-read.ts";
import { multiRequest, multiResponse } from "./multi.ts";
import { reconfigRequest } from "./reconfig.ts";
import { removeWatchesRequest } from "./remove-watches.ts";
import { saslRequest, saslResponse } from "./sasl.ts";
import { setAclRequest, setAclResponse } from "./set-acl.ts";
import { setDataRequest, setDataResponse } from "./set-data.ts";
import { setWatches } from "./set-watches.ts";
import { setWatches2 } from "./set-watches2.ts";
import { syncRequest, syncResponse } from "./sync.ts";
import { watcherEvent } from "./watcher-event.ts";
import { whoAmIResponse } from "./who-am-i.ts";

/** How one operation travels; null where there is nothing behind the header. */
export interface MessageType {
  readonly opCode: OpCode;
  /** Name of the operation, such as "getData". */
  readonly name: string;
  readonly request: Codec<unknown> | null;
  readonly response: Codec<unknown> | null;
}

/** Every operation that travels between clients and servers, by number. */
export const messageTypes: ReadonlyMap<number, MessageType> = new Map(
  [
    message(OpCode.notification, null, watcherEvent),
    message(OpCode.create, createRequest, createResponse),
    message(OpCode.delete, deleteRequest, null),
    message(OpCode.exists, existsRequest, existsResponse),
    message(OpCode.getData, getDataRequest, getDataResponse),
    message(OpCode.setData, setDataRequest, setDataResponse),
    message(OpCode.getACL, getAclRequest, getAclResponse),
    message(OpCode.setACL, setAclRequest, setAclResponse),
    message(OpCode.getChildren, getChildrenRequest, getChildrenResponse),
    message(OpCode.sync, syncRequest, syncResponse),
    message(OpCode.ping, null, null),
    message(OpCode.getChildren2, getChildren2Request, getChildren2Response),
    message(OpCode.check, checkVersionRequest, setDataResponse),
    message(OpCode.multi, multiRequest, multiResponse),
    message(OpCode.create2, createRequest, create2Response),
    message(OpCode.reconfig, reconfigRequest, getDataResponse),
    message(OpCode.checkWatches, checkWatchesRequest, null),
    message(OpCode.removeWatches, removeWatchesRequest, null),
    message(OpCode.createContainer, createRequest, create2Response),
    message(OpCode.createTTL, createTtlRequest, create2Response),
    message(OpCode.multiRead, multiReadRequest, multiReadResponse),
    message(OpCode.auth, authPacket, null),
    message(OpCode.setWatches, setWatches, null),
    message(OpCode.sasl, saslRequest, saslResponse),
    message(OpCode.getEphemerals, getEphemeralsRequest, getEphemeralsResponse),
    message(OpCode.getAllChildrenNumber, getAllChildrenNumberRequest, getAllChildrenNumberResponse),
    message(OpCode.setWatches2, setWatches2, null),
    message(OpCode.addWatch, addWatchRequest, errorResponse),
    message(OpCode.whoAmI, null, whoAmIResponse),
    message(OpCode.closeSession, null, null),
  ].map((type) => [type.opCode, type]),
);

function message(opCode: OpCode, request: Codec<unknown> | null, response: Codec<unknown> | null): MessageType {
  return { opCode, name: opName(opCode), request, response };
}

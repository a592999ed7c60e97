import { OpCode } from "@branta/zookeeper-protocol";

/** The four-letter tags by which statistics name a connection's last operation (Apache's FinalRequestProcessor). */
const TAGS = new Map<number, string>([
  [OpCode.ping, "PING"],
  [OpCode.createSession, "SESS"],
  [OpCode.multi, "MULT"],
  [OpCode.multiRead, "MLTR"],
  [OpCode.create, "CREA"],
  [OpCode.create2, "CREA"],
  [OpCode.createTTL, "CREA"],
  [OpCode.createContainer, "CREA"],
  [OpCode.delete, "DELE"],
  [OpCode.deleteContainer, "DELE"],
  [OpCode.setData, "SETD"],
  [OpCode.reconfig, "RECO"],
  [OpCode.setACL, "SETA"],
  [OpCode.closeSession, "CLOS"],
  [OpCode.sync, "SYNC"],
  [OpCode.exists, "EXIS"],
  [OpCode.getData, "GETD"],
  [OpCode.setWatches, "SETW"],
  [OpCode.setWatches2, "STW2"],
  [OpCode.addWatch, "ADDW"],
  [OpCode.getACL, "GETA"],
  [OpCode.getChildren, "GETC"],
  [OpCode.getChildren2, "GETC"],
  [OpCode.getAllChildrenNumber, "GETACN"],
  [OpCode.checkWatches, "CHKW"],
  [OpCode.removeWatches, "REMW"],
  [OpCode.whoAmI, "HOMI"],
  [OpCode.getEphemerals, "GETE"],
]);

export function operationTag(type: number): string {
  return TAGS.get(type) ?? "NA";
}

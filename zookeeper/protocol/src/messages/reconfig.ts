import type { Codec } from "@branta/foundation-bytes";

/** reconfig (16): changes the members of the ensemble. Its reply is GetDataResponse with the new configuration. */
export interface ReconfigRequest {
  /** Comma-separated `server.N=…` lines to add, or null. */
  readonly joiningServers: string | null;
  /** Comma-separated server numbers to remove, or null. */
  readonly leavingServers: string | null;
  /** All members, instead of the two above, or null. */
  readonly newMembers: string | null;
  /** Version of the configuration that must hold; -1 for any. */
  readonly curConfigId: number;
}

/** `ReconfigRequest => joiningServers:ustring leavingServers:ustring newMembers:ustring curConfigId:long` */
export const reconfigRequest: Codec<ReconfigRequest> = {
  name: "ReconfigRequest",
  encode(writer, message) {
    writer.string(message.joiningServers);
    writer.string(message.leavingServers);
    writer.string(message.newMembers);
    writer.longNumber(message.curConfigId);
  },
  decode(reader) {
    return {
      joiningServers: reader.string(),
      leavingServers: reader.string(),
      newMembers: reader.string(),
      curConfigId: reader.longNumber(),
    };
  },
};

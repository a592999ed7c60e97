import { encodeToBuffer } from "@branta/foundation-bytes";
import {
  type Acl,
  createContainerTxn,
  createTtlTxn,
  createTxn,
  deleteTxn,
  errorTxn,
  checkVersionTxn,
  OpCode,
  opName,
  setDataTxn,
  type SubTxn,
  type Txn,
  type TxnEntry,
} from "@branta/zookeeper-protocol";

const ACL_TEXT = ({ perms, id }: Acl): string => `s{${perms},s{'${escape(id.scheme)},'${escape(id.id)}}}`;

/**
 * A transaction as Apache's toolkit prints it:
 * `11/21/26, 4:13:10 AM UTC session 0x1 cxid 0x8 zxid 0x2 create2 /a,data,[31,s{'world,'anyone}` and so on.
 *
 * @returns one line or more, with the newline at the end
 */
export function formatTxn({ header, txn }: TxnEntry): string {
  const session = BigInt.asUintN(64, header.clientId).toString(16);
  const cxid = (header.cxid < 0 ? BigInt.asUintN(64, BigInt(header.cxid)) : header.cxid).toString(16);
  const head = `${formatTime(header.time)} session 0x${session} cxid 0x${cxid} zxid 0x${header.zxid.toString(16)}`;
  const text = `${head} ${opName(header.type)} ${formatRecord(txn)}`;
  return text.endsWith("\n") ? text : `${text}\n`;
}

function formatRecord(txn: Txn): string {
  switch (txn.type) {
    case OpCode.create:
    case OpCode.create2:
      return `${txn.path},${text(txn.data)},${aclList(txn.acl)},${txn.ephemeral},${txn.parentCVersion}`;
    case OpCode.createContainer:
      return `${txn.path},${text(txn.data)},${aclList(txn.acl)},${txn.parentCVersion}`;
    case OpCode.createTTL:
      return `${txn.path},${text(txn.data)},${aclList(txn.acl)},${txn.parentCVersion},${txn.ttl}`;
    case OpCode.setData:
    case OpCode.reconfig:
      return `${txn.path},${text(txn.data)},${txn.version}`;
    case OpCode.delete:
    case OpCode.deleteContainer:
      return `'${escape(txn.path)}\n`;
    case OpCode.setACL:
      return `'${escape(txn.path)},v{${txn.acl.map(ACL_TEXT).join(",")}},${txn.version}\n`;
    case OpCode.check:
      return `'${escape(txn.path)},${txn.version}\n`;
    case OpCode.createSession:
      return `${txn.timeOut}\n`;
    case OpCode.closeSession:
      return txn.paths2Delete === null ? "" : `v{${txn.paths2Delete.map((path) => `'${escape(path)}`).join(",")}}\n`;
    case OpCode.error:
      return `${txn.err}\n`;
    case OpCode.multi:
      return txn.txns.map((sub) => `${opName(sub.type)}:${encodeSubTxn(sub).toString("utf8")}`).join(";");
    default:
      return txn satisfies never;
  }
}

/** Parts of a multi are shown by their bytes, because that is what Apache's toolkit does. */
function encodeSubTxn(sub: SubTxn): Buffer {
  switch (sub.type) {
    case OpCode.create:
    case OpCode.create2:
      return encodeToBuffer(createTxn, sub);
    case OpCode.createContainer:
      return encodeToBuffer(createContainerTxn, sub);
    case OpCode.createTTL:
      return encodeToBuffer(createTtlTxn, sub);
    case OpCode.delete:
    case OpCode.deleteContainer:
      return encodeToBuffer(deleteTxn, sub);
    case OpCode.setData:
      return encodeToBuffer(setDataTxn, sub);
    case OpCode.check:
      return encodeToBuffer(checkVersionTxn, sub);
    case OpCode.error:
      return encodeToBuffer(errorTxn, sub);
    default:
      return sub satisfies never;
  }
}

function text(data: Buffer | null): string {
  return data?.toString("utf8") ?? "";
}

/** Java's list of ACLs: each ends its own line. */
function aclList(acl: readonly Acl[]): string {
  const entries = acl.map(({ perms, id }) => `${perms},s{'${escape(id.scheme)},'${escape(id.id)}}\n`);
  return `[${entries.join(", ")}]`;
}

/** Jute's text form of a string. */
function escape(string: string): string {
  return string.replaceAll(
    /[\0\n\r,}%]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

const TIME = new Intl.DateTimeFormat("en-US", {
  year: "2-digit",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/** Java's short date and long time: `11/21/26, 4:13:10 AM UTC`. */
function formatTime(timeMs: number): string {
  // ICU puts a narrow blank before AM and PM since 2022; Java 17 a plain one.
  return TIME.format(timeMs).replaceAll("\u202f", " ");
}

import { CreateMode, OpCode } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";
import { auditUsers, openAuditLog } from "./audit-log.ts";
import { userName } from "./environment.ts";

const actor = {
  sessionId: 0x1000_016e_f220_000n,
  authInfo: [
    { scheme: "ip", id: "127.0.0.1" },
    { scheme: "digest", id: "ann:hash=" },
  ],
  remoteAddress: "127.0.0.1",
};
const WHO = "session=0x1000016ef220000\tuser=127.0.0.1,ann\tip=127.0.0.1";

function recorder(enabled = true) {
  const lines: string[] = [];
  return { lines, audit: openAuditLog({ enabled, sink: (line, level) => void lines.push(`${level} ${line}`) }) };
}

test("changes leave a line each, reads none", () => {
  const { audit, lines } = recorder();
  audit.operation(actor, { type: OpCode.create2, path: "/app", flags: CreateMode.Persistent }, true);
  audit.operation(actor, { type: OpCode.createTTL, path: "/t", flags: CreateMode.PersistentWithTtl }, true);
  audit.operation(actor, { type: OpCode.setData, path: "/app" }, true);
  audit.operation(actor, { type: OpCode.delete, path: "/none" }, false);
  const acl = [
    { perms: 31, id: { scheme: "world", id: "anyone" } },
    { perms: 1, id: { scheme: "ip", id: "10.0.0.1" } },
  ];
  audit.operation(actor, { type: OpCode.setACL, path: "/app", acl }, true);
  audit.operation(actor, { type: OpCode.getData, path: "/app" }, true);
  expect(lines).toEqual([
    `info ${WHO}\toperation=create\tznode=/app\tznode_type=persistent\tresult=success`,
    `info ${WHO}\toperation=create\tznode=/t\tznode_type=persistent_with_ttl\tresult=success`,
    `info ${WHO}\toperation=setData\tznode=/app\tresult=success`,
    `error ${WHO}\toperation=delete\tznode=/none\tresult=failure`,
    `info ${WHO}\toperation=setAcl\tznode=/app\tacl=world:anyone:cdrwaip:10.0.0.1:r\tresult=success`,
  ]);
});

test("a multi that succeeds leaves a line for each change, one that fails a single line", () => {
  const { audit, lines } = recorder();
  const operations = [
    { type: OpCode.check, path: "/a" },
    { type: OpCode.create, path: "/a", flags: CreateMode.EphemeralSequential },
    { type: OpCode.delete, path: "/b" },
  ];
  audit.multi(actor, operations, true);
  audit.multi(actor, operations, false);
  expect(lines).toEqual([
    `info ${WHO}\toperation=create\tznode=/a\tznode_type=ephemeral_sequential\tresult=success`,
    `info ${WHO}\toperation=delete\tznode=/b\tresult=success`,
    `error ${WHO}\toperation=multiOperation\tresult=failure`,
  ]);
});

test("the server's own deeds carry the user it runs as", () => {
  const { audit, lines } = recorder();
  audit.serverStarted();
  audit.serverStartFailed();
  audit.serverStopped();
  audit.ephemeralDeleted(actor.sessionId, "/e", true);
  const user = `user=${userName()}`;
  expect(lines).toEqual([
    `info ${user}\toperation=serverStart\tresult=success`,
    `error ${user}\toperation=serverStart\tresult=failure`,
    `info ${user}\toperation=serverStop\tresult=invoked`,
    `info session=0x1000016ef220000\t${user}\toperation=ephemeralZNodeDeletionOnSessionCloseOrExpire\tznode=/e\tresult=success`,
  ]);
});

test("a log that is off writes nothing", () => {
  const { audit, lines } = recorder(false);
  audit.serverStarted();
  audit.multi(actor, [], false);
  expect(lines).toEqual([]);
});

test("nobody has no name", () => {
  expect(auditUsers([])).toBeNull();
  expect(auditUsers([{ scheme: "sasl", id: " " }])).toBeNull();
});

import { OpCode, OPEN_ACL } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";

import { NamespaceTraffic } from "./namespace-traffic.ts";
import { ServerMetrics } from "./server-metrics.ts";

function sums(set: ServerMetrics["readPerNamespace"]): Record<string, number> {
  return Object.fromEntries([...set.byKey].map(([name, summary]) => [name, summary.sum]));
}

test("bytes are counted by the first part of the path", () => {
  const metrics = new ServerMetrics();
  const traffic = new NamespaceTraffic(metrics);
  traffic.read("/a", 2);
  traffic.read("/a/b/c", 10);
  traffic.read("/", 10);
  expect(sums(metrics.readPerNamespace)).toEqual({ a: 72 + 84 });
  const data = Buffer.from("xx");
  const create = {
    type: OpCode.create,
    path: "/a/b",
    data,
    acl: OPEN_ACL,
    ephemeral: false,
    parentCVersion: 1,
  } as const;
  traffic.wrote(create);
  traffic.wrote({ type: OpCode.multi, txns: [create, { type: OpCode.delete, path: "/c" }] });
  traffic.wrote({ type: OpCode.closeSession, paths2Delete: ["/e/1", "/e/2"] });
  traffic.wrote({ type: OpCode.createSession, timeOut: 1 });
  expect(sums(metrics.writePerNamespace)).toEqual({ a: 12, c: 2, e: 8 });
});

test("namespaces beyond the limit are left out, known ones go on", () => {
  const metrics = new ServerMetrics();
  const traffic = new NamespaceTraffic(metrics);
  for (let at = 0; at < 1500; at++) traffic.read(`/n${at}`, 0);
  traffic.read("/n0", 0);
  expect(metrics.readPerNamespace.byKey.size).toBe(1000);
  expect(metrics.readPerNamespace.byKey.get("n0")!.count).toBe(2);
});

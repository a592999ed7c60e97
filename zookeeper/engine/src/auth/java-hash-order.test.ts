import type { Id } from "@branta/zookeeper-protocol";
import { expect, test } from "vitest";

import { inJavaHashOrder } from "./java-hash-order.ts";

const ann: Id = { scheme: "digest", id: "ann:7RJfAeIvrl4zdj6sS2fXrQHDvHM=" };
const superuser: Id = { scheme: "digest", id: "super:HjY7JeaUw/1eA/9mUxrh2Yfw4qs=" };

// As Apache 3.9.5 expanded an access list of "auth" for a session that was ann first and the superuser then.
test("orders ids as Apache's server lists them, however they came", () => {
  expect(inJavaHashOrder([ann, superuser])).toEqual([superuser, ann]);
  expect(inJavaHashOrder([superuser, ann])).toEqual([superuser, ann]);
});

test("keeps all ids of a connection that has very many", () => {
  const ids = Array.from({ length: 40 }, (_, number): Id => ({ scheme: "digest", id: `user${number}:x` }));
  const ordered = inJavaHashOrder(ids);
  expect(new Set(ordered)).toEqual(new Set(ids));
  expect(inJavaHashOrder(ordered)).toEqual(ordered);
});

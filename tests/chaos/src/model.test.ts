import { expect, test } from "vitest";
import { type Change, explainCrash, PartModel } from "./model.ts";

function created(path: string, data = "x"): Change[] {
  return [{ kind: "create", path, data, owner: 0n }];
}

test("a crash may keep the first few requests that were under way, and nothing else", () => {
  const acknowledged = new PartModel("/w");
  acknowledged.apply(created("/w/a"), 5);
  const underWay = [created("/w/b"), created("/w/c")];

  const kept = acknowledged.clone();
  kept.apply(underWay[0]!, undefined);
  expect(explainCrash(acknowledged, underWay, kept)).toMatchObject({ survived: 1 });

  const holed = acknowledged.clone();
  holed.apply(underWay[1]!, undefined);
  expect(explainCrash(acknowledged, underWay, holed)).toMatch(/none of the 2 requests/);
});

test("a lost acknowledged write and a torn multi are told apart from every allowed state", () => {
  const acknowledged = new PartModel("/w");
  acknowledged.apply(created("/w/a"), 5);
  expect(explainCrash(acknowledged, [], new PartModel("/w"))).toMatch(/"\/w\/a" is missing/);

  const multi: Change[] = [...created("/w/b"), ...created("/w/c")];
  const torn = acknowledged.clone();
  torn.apply(multi.slice(0, 1), undefined);
  expect(explainCrash(acknowledged, [multi], torn)).toMatch(/none of the 1 requests/);
});

test("a request that created and deleted the same node is told from one that never took place", () => {
  const acknowledged = new PartModel("/w");
  const blink: Change[] = [...created("/w/a"), { kind: "delete", path: "/w/a" }];
  const after = acknowledged.clone();
  after.apply(blink, undefined);
  expect(explainCrash(acknowledged, [blink], after)).toMatchObject({ survived: 1, model: { created: 1 } });
  expect(explainCrash(acknowledged, [blink], acknowledged)).toMatchObject({ survived: 0 });
});

test("sequential names follow the number of creates, and a close takes the session's nodes", () => {
  const model = new PartModel("/w");
  model.apply(created("/w/a"), 1);
  model.apply([{ kind: "sequential", data: "s" }], 2);
  model.apply([{ kind: "create", path: "/e/1", data: "", owner: 7n }], 3);
  expect([...model.nodes.keys()]).toEqual(["/w/a", "/w/s-0000000001", "/e/1"]);
  model.apply([{ kind: "close", owner: 7n }], 4);
  expect(model.nodes.has("/e/1")).toBe(false);
});

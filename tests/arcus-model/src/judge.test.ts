import { describe, expect, it } from "vitest";
import { type Exchange, judge } from "./judge.ts";
import { Model } from "./model.ts";
import { lines } from "./operation.ts";

const remove: Exchange = {
  keys: ["k"],
  request: "delete k\r\n",
  expect: (model) => {
    const isThere = model.live("k") !== undefined;
    model.items.delete("k");
    return lines(isThere ? "DELETED" : "NOT_FOUND");
  },
};
const modelWith = (expiresMs: number | null) => {
  const model = new Model();
  model.nowMs = 100_000;
  model.items.set("k", { type: "kv", flags: 0, expiresMs, value: "v" });
  return model;
};

describe("judge", () => {
  it("finds a reply wrong that the model does not say", () => {
    expect(judge(modelWith(null), remove, "DELETED\r\n", false)).toEqual({ expected: null, evicted: [] });
    expect(judge(modelWith(null), remove, "NOT_FOUND\r\n", false).expected).toBe("DELETED\r\n");
    expect(judge(new Model(), remove, "DELETED\r\n", true).expected).toBe("NOT_FOUND\r\n");
  });

  it("learns from the reply whether an item near its end is over", () => {
    for (const reply of ["DELETED\r\n", "NOT_FOUND\r\n"]) {
      expect(judge(modelWith(101_000), remove, reply, false).expected).toBeNull();
    }
    expect(judge(modelWith(90_000), remove, "DELETED\r\n", false).expected).toBe("NOT_FOUND\r\n");
    expect(judge(modelWith(110_000), remove, "NOT_FOUND\r\n", false).expected).toBe("DELETED\r\n");
  });

  it("takes what is missing on a full node as evicted", () => {
    const model = modelWith(null);
    expect(judge(model, remove, "NOT_FOUND\r\n", true)).toEqual({ expected: null, evicted: ["k"] });
    expect(model.items.has("k")).toBe(false);
  });

  it("leaves the model as it was when nothing explains the reply", () => {
    const model = modelWith(null);
    judge(model, remove, "ERROR\r\n", true);
    expect(model.items.has("k")).toBe(true);
  });
});

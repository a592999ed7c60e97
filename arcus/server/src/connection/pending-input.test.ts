import { expect, it } from "vitest";
import { InputBudget, PendingInput } from "./pending-input.ts";

it("waits for as much as a request needs, and gives back what it took of the budget", () => {
  const budget = new InputBudget(10);
  const pending = new PendingInput(budget);
  pending.add(Buffer.from("set k "));
  pending.expect(12);
  expect(pending.join(Buffer.from("0 0"))).toBeNull();
  expect(budget.isExceeded).toBe(false);
  const other = new PendingInput(budget);
  other.add(Buffer.from("ab"));
  expect(budget.isExceeded).toBe(true);
  expect(pending.join(Buffer.from(" 1\r\n"))?.toString()).toBe("set k 0 0 1\r\n");
  expect(budget.byteCount).toBe(2);
  other.clear();
  expect(budget.byteCount).toBe(0);
  expect(other.takeAll()).toBeNull();
});

it("does not look at a long line again and again", () => {
  const pending = new PendingInput(new InputBudget(1000));
  pending.add(Buffer.from("get aaaa"));
  pending.expectLine(8);
  expect(pending.join(Buffer.from("bbb"))).toBeNull();
  expect(pending.join(Buffer.from("bbbbb"))?.length).toBe(16);
  pending.add(Buffer.from("get aaaa"));
  pending.expectLine(8);
  expect(pending.join(Buffer.from("\r\n"))?.length).toBe(10);
});

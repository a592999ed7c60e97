import { expect, test } from "vitest";
import { ArcusToolError } from "../arcus-tool-error.ts";
import type { Host } from "../hosts/host.ts";
import type { TaskContext } from "./context.ts";
import { onHosts, requireAll, requireSuccess } from "./on-hosts.ts";

const host = (name: string): Host => ({
  name,
  isLocal: false,
  run: () => Promise.reject(new Error("not here")),
  [Symbol.asyncDispose]: async () => {},
});

function contextOf(printed: string[], down: readonly string[] = []): TaskContext {
  const get = async (name: string): Promise<Host> => {
    if (down.includes(name)) throw new ArcusToolError("hostUnreachable", `${name}: no way`);
    return host(name);
  };
  const report = { line: (line: string) => printed.push(line), problem: (line: string) => printed.push(`! ${line}`) };
  return { hosts: { get }, report } as unknown as TaskContext;
}

test("hosts work side by side, and their lines appear one host after the other", async () => {
  const printed: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = onHosts(contextOf(printed), "try", ["a", "b", "c"], async ({ name }, lines) => {
    lines.add(`${name} begins`);
    if (name === "a") await first.promise;
    lines.add(`${name} ends`);
    return name.toUpperCase();
  });
  await expect.poll(() => printed).toEqual(["[a] Executing task 'try'", "a begins"]);
  first.resolve();
  expect((await all).map(({ result }) => result)).toEqual(["A", "B", "C"]);
  const pages = ["a", "b", "c"].flatMap((name) => [`[${name}] Executing task 'try'`, `${name} begins`, `${name} ends`]);
  expect(printed).toEqual(pages);
});

test("a host that is down keeps no other, and is said", async () => {
  const printed: string[] = [];
  const outcomes = await onHosts(contextOf(printed, ["b"]), "try", ["a", "b", "c"], async () => 1);
  expect(outcomes.map(({ problem }) => problem)).toEqual([null, "b: no way", null]);
  expect(printed).toContain("! b: no way");
  expect(() => requireAll(outcomes, "try")).toThrow("try failed at 1 of 3 hosts: b");
  expect(() => requireAll(outcomes.slice(2), "try")).not.toThrow();
});

test("a fault of this program is no problem of a host", async () => {
  const broken = onHosts(contextOf([]), "try", ["a"], () => Promise.reject(new TypeError("a fault")));
  await expect(broken).rejects.toThrow("a fault");
});

test("a command that fails is said with what it said", () => {
  const result = { stdout: "", stderr: "no space\n", exitCode: 2 };
  expect(() => requireSuccess(host("a"), "unpack x", result)).toThrow(
    "a: cannot unpack x: it ended with code 2: no space",
  );
  expect(() => requireSuccess(host("a"), "unpack x", { ...result, exitCode: 0 })).not.toThrow();
});

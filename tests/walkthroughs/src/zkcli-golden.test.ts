import { ServerProcess } from "@branta/tests-kit";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "./run-command.ts";

const GOLDEN = resolve(import.meta.dirname, "../golden");
const ZK_CLI = resolve(import.meta.dirname, "../../../bin/zkCli.sh");
const EVENT = /\nWATCHER::\n\n(WatchedEvent .*)\n/g;
const DATE = /\b\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC (?!1970)\d{4}\b/g;

/** What was printed, with the events apart: another thread prints them in Java, sooner or later. */
function sorted(text: string): { lines: string[]; events: string[] } {
  const masked = text.replaceAll(DATE, "DATE");
  return {
    lines: masked.replaceAll(EVENT, "").split("\n"),
    events: Array.from(masked.matchAll(EVENT), (match) => match[1] ?? "").toSorted(),
  };
}

test("160 lines typed to zkCli.sh are answered word for word as Apache's 3.9.5 answers them", async () => {
  await using server = await ServerProcess.start({ kind: "branta", config: { extendedTypesEnabled: "true" } });
  const golden = async (name: string): Promise<string> =>
    (await readFile(join(GOLDEN, name), "utf8")).replaceAll("{PORT}", String(server.port));
  const session = await runCommand(ZK_CLI, ["-server", `127.0.0.1:${server.port}`], {
    input: await golden("zkcli.input.txt"),
  });
  expect(session.stderr.split("\n")).toEqual((await golden("zkcli.stderr.txt")).split("\n"));
  expect(sorted(session.stdout)).toEqual(sorted(await golden("zkcli.stdout.txt")));
  expect(session.exitCode).toBe(1);
});

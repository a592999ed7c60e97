import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "./fixture.ts";

const EXAMPLES = join(import.meta.dirname, "../../../zookeeper/client/examples");
const run = promisify(execFile);

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start();
}, 60_000);

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

/** Runs an example as its first lines say; answers the lines it prints. */
async function linesOf(example: string): Promise<string[]> {
  const args = ["--conditions=source", join(EXAMPLES, `${example}.ts`), fixture.address];
  const { stdout } = await run(process.execPath, args, { timeout: 25_000 });
  return stdout.trimEnd().split("\n");
}

describe("the examples", () => {
  it("keep the configuration of a cluster", async () => {
    const lines = await linesOf("configuration");
    for (const name of ["server 1", "server 2", "server 3"]) {
      expect(lines).toContain(`${name} runs with version 2: {"logLevel":"debug","maxConnections":500}`);
    }
  });

  it("know the members of a cluster", async () => {
    const lines = await linesOf("membership");
    expect(lines).toContain("members: server1 (10.0.0.1:8080), server2 (10.0.0.22:8080), server3 (10.0.0.3:8080)");
    expect(lines).toContain("members: server1 (10.0.0.1:8080), server2 (10.0.0.22:8080)");
    expect(lines.at(-1)).toBe("members: none");
  });

  it("choose a leader, and the next one", async () => {
    const lines = await linesOf("leader");
    for (const name of ["server1", "server2", "server3"]) {
      const begin = lines.indexOf(`${name} leads, and sees that ${name} leads`);
      expect(lines.slice(begin + 1, begin + 3)).toEqual([`${name} does step 1`, `${name} does step 2`]);
    }
  });

  it("lock out all but one", async () => {
    expect((await linesOf("lock")).at(-1)).toBe("balance: 20");
  });
});

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { TestHost } from "./test-host.ts";
import { TestNetwork } from "./test-network.ts";

const execute = promisify(execFile);
const missing = await TestNetwork.missing();
if (missing !== null) process.stderr.write(`Skipping tests of hosts: ${missing}\n`);

/** A busy machine is no reason to fail. */
const TIMEOUT = { timeout: 120_000 };
const POLL = { timeout: 20_000, interval: 50 };
const PLANS = [
  { name: "one", address: "10.0.0.1" },
  { name: "two", address: "10.0.0.2" },
  { name: "three", address: "10.0.0.3" },
];

/** Node may lie where a host has a folder of its own: below /tmp, for instance. */
const SHARED = { shared: [dirname(process.execPath)] };

async function on(host: TestHost, line: string): Promise<string> {
  const { file, args } = host.shell(line);
  return (await execute(file, args, { timeout: 10_000 })).stdout.trim();
}

/** Listens on every host; it says its name to whoever connects. */
async function listenEverywhere(network: TestNetwork): Promise<void> {
  const script = `require("net").createServer((s) => s.end(require("os").hostname())).listen(7000)`;
  for (const host of network.hosts) await on(host, `'${process.execPath}' -e '${script}' >/dev/null 2>&1 &`);
  for (const { name } of network.hosts) await expect.poll(() => reaches(network, name, name), POLL).toBe(true);
}

async function reaches(network: TestNetwork, from: string, to: string): Promise<boolean> {
  const line = `timeout 1 bash --norc -c 'exec 3<>/dev/tcp/${to}/7000; cat <&3' 2>/dev/null || true`;
  return (await on(network.host(from), line)) === to;
}

test.skipIf(missing !== null)(
  "hosts have names, files and processes of their own, and reach each other",
  TIMEOUT,
  async () => {
    await using network = await TestNetwork.create(PLANS, SHARED);
    for (const host of network.hosts) {
      expect(await on(host, "hostname")).toBe(host.name);
      await on(host, "echo $(hostname) >/etc/branta-test-host; useradd --create-home visitor");
      expect(await on(host, "ls -d /proc/[0-9]* | wc -l")).not.toBe("0");
    }
    expect(await on(network.host("two"), "cat /etc/branta-test-host; su visitor -c 'cd; pwd'")).toBe(
      "two\n/home/visitor",
    );
    expect(existsSync("/etc/branta-test-host")).toBe(false);
    await listenEverywhere(network);
    expect(await reaches(network, "one", "three")).toBe(true);
    expect(await on(network.host("one"), "ip route | grep -c default || true")).toBe("0");
  },
);

test.skipIf(missing !== null)("ways between hosts can be cut, and cables pulled", TIMEOUT, async () => {
  await using network = await TestNetwork.create(PLANS, SHARED);
  await listenEverywhere(network);
  const state = async (): Promise<string> => {
    const ways = ["one two", "two one", "one three", "three two"];
    const open = await Promise.all(ways.map((way) => reaches(network, ...(way.split(" ") as [string, string]))));
    return ways.filter((_, at) => open[at]).join(", ");
  };
  await expect.poll(state, POLL).toBe("one two, two one, one three, three two");
  // One way is enough to end every conversation, as TCP wants answers.
  await network.cut("one", "two");
  await expect.poll(state, POLL).toBe("one three, three two");
  await network.part(["one"]);
  await expect.poll(state, POLL).toBe("three two");
  await network.heal();
  await expect.poll(state, POLL).toBe("one two, two one, one three, three two");
  await network.unplug("two");
  await expect.poll(state, POLL).toBe("one three");
  await network.plug("two");
  await expect.poll(state, POLL).toBe("one two, two one, one three, three two");
});

test.skipIf(missing !== null)("nothing is left when the network is gone", async () => {
  const network = await TestNetwork.create(PLANS.slice(0, 1));
  const { networkNamespace } = network.hosts[0]!;
  await on(network.hosts[0]!, "sleep 1000 >/dev/null 2>&1 & echo started");
  await network[Symbol.asyncDispose]();
  expect(existsSync(`/proc/${networkNamespace}`)).toBe(false);
});

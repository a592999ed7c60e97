import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { usage } from "./usage.ts";
import { formatZkList, parseZkList } from "./zk-list.ts";

const Z = ["--zklist", "10.0.0.1:2181"];
const commandOf = (...args: string[]) => {
  const parsed = parseCommandLine([...Z, ...args]);
  return "line" in parsed ? parsed.line.command : parsed;
};

test("every line of the usage is a command", () => {
  expect(commandOf("deploy", "conf/test.json")).toEqual({ name: "deploy", file: "conf/test.json" });
  expect(commandOf("quicksetup", "c.json")).toEqual({ name: "quicksetup", file: "c.json" });
  expect(commandOf("ping", "test")).toEqual({ name: "ping", serviceCode: "test" });
  for (const verb of ["init", "start", "stop", "stat"]) {
    expect(commandOf("zookeeper", verb)).toEqual({ name: `zookeeper ${verb}` });
  }
  expect(commandOf("memcached", "register", "c.json")).toEqual({ name: "register", file: "c.json" });
  for (const verb of ["unregister", "list"]) {
    expect(commandOf("memcached", verb, "test", "more")).toEqual({ name: verb, serviceCode: "test" });
  }
  for (const verb of ["start", "stop"]) {
    expect(commandOf("memcached", verb, "test")).toEqual({ name: verb, serviceCode: "test", nodes: [] });
    const two = ["10.0.0.1:11211", "10.0.0.2:11211"];
    expect(commandOf("memcached", verb, "test", ...two)).toEqual({ name: verb, serviceCode: "test", nodes: two });
  }
  expect(commandOf("memcached", "listall")).toEqual({ name: "listall" });
});

test("what the usage does not know is answered by the usage, with 1; -h by the usage, with 0", () => {
  for (const line of ["", "deploy", "ping", "quicksetup", "zookeeper", "zookeeper restart", "memcached", "rsync"]) {
    expect(commandOf(...line.split(" "))).toEqual({ usage: true, exitCode: 1 });
  }
  for (const verb of ["register", "unregister", "start", "stop", "list", "restart x"]) {
    expect(commandOf("memcached", ...verb.split(" "))).toEqual({ usage: true, exitCode: 1 });
  }
  expect(commandOf("memcached", "-h")).toEqual({ usage: true, exitCode: 0 });
  expect(usage("./arcus.sh").split("\n").slice(0, 3)).toEqual([
    "Usage:",
    "  ./arcus.sh -h",
    "  ./arcus.sh [-z <zklist>] deploy <conf_file> | ping <service_code>",
  ]);
});

test("options stand anywhere, and the last of a kind counts", () => {
  const args = ["memcached", "-z", "a:1,b:2", "list", "--json", "test", "--timeout", "5", "--ssh-user", "ops"];
  expect(parseCommandLine([...Z, ...args, "--ssh-port", "2222", "--ssh-key", "k"])).toEqual({
    line: {
      zkServers: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
      ],
      json: true,
      timeoutMs: 5_000,
      ssh: { user: "ops", port: 2_222, keyFile: "k" },
      command: { name: "list", serviceCode: "test" },
    },
  });
});

test("wrong options are said in the words that people know", () => {
  expect(commandOf("-z")).toEqual({ problem: "The -z option requires an argument." });
  expect(commandOf("--zklist", "-h")).toEqual({ problem: "The --zklist option requires an argument." });
  expect(commandOf("memcached", "-x", "list")).toEqual({ problem: "-x: unknown option." });
  expect(commandOf("memcached", "start", "test", "--json")).toMatchObject({
    problem: expect.stringContaining("--json"),
  });
  expect(() => commandOf("zookeeper", "stat", "--timeout", "soon")).toThrow('Cannot use --timeout "soon"');
});

test("a list of servers is read, and what is none is refused", () => {
  expect(formatZkList(parseZkList(" 10.0.0.1:2181 , cache002.arcus,"))).toBe("10.0.0.1:2181,cache002.arcus:2181");
  for (const bad of ["", ",", "a:b", "a:0", "a:65536", "a:1:2", "a:1/x", "a:1,a:1", ":2181"]) {
    expect(() => parseZkList(bad)).toThrow(`Cannot use the ZooKeeper list "${bad}"`);
  }
});

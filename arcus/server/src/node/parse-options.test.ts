import { describe, expect, it } from "vitest";
import { ANY_PORT, DEFAULT_NODE_OPTIONS, type NodeOptions } from "./node-options.ts";
import { parseOptions } from "./parse-options.ts";

const MIB = 1024 * 1024;

function parse(line: string, environment: Record<string, string> = {}, files: Record<string, string> = {}) {
  const words = line.split(" ").filter((word) => word !== "");
  return parseOptions(words, { environment, readFile: (path) => files[path]! });
}

function run(...given: Parameters<typeof parse>): { options: NodeOptions; warnings: readonly string[] } {
  const wanted = parse(...given);
  if (wanted.kind !== "run") throw new Error(wanted.kind);
  return wanted;
}

describe("the command line of a cache node", () => {
  it("has a default for everything", () => {
    expect(run("")).toEqual({ kind: "run", options: DEFAULT_NODE_OPTIONS, warnings: [] });
  });

  it("is taken as arcus.sh writes it", () => {
    const { options, warnings } = run(
      "-E /a/lib/default_engine.so -X /a/lib/syslog_logger.so -X /a/lib/ascii_scrub.so -d -v -r -R5 -U 0 -D: -b 8192 " +
        "-m100 -p 11211 -c 1000 -t 6 -z 10.0.0.1:2181,10.0.0.2:2181",
    );
    expect(options).toEqual({
      ...DEFAULT_NODE_OPTIONS,
      extensions: ["syslog_logger", "ascii_scrub"],
      isDaemon: true,
      verbosity: 1,
      requestsPerEventMax: 5,
      detailEnabled: true,
      backlog: 8192,
      memoryLimitBytes: 100 * MIB,
      connectionsMax: 1000,
      threads: 6,
      ensemble: "10.0.0.1:2181,10.0.0.2:2181",
    });
    expect(warnings).toEqual([]);
  });

  it("takes letters together, values apart or not, and ends at the first other word", () => {
    const { options } = run("-vvdm 8 -I 32m -M -C -q -s /tmp/x -a 0777 -f1.5 -n 32 -- -m 9");
    expect(options).toMatchObject({
      verbosity: 2,
      isDaemon: true,
      memoryLimitBytes: 8 * MIB,
      itemSizeMax: 32 * MIB,
      evicts: false,
      usesCas: false,
      detailAllowed: false,
      unixSocketPath: "/tmp/x",
      unixSocketMode: 0o777,
      growthFactor: 1.5,
      chunkSize: 32,
    });
  });

  it("says what does not happen", () => {
    expect(run("-p 1 -U 2 -B binary -k").warnings).toEqual([
      "-k has no effect: memory is not locked",
      "-U 2 has no effect: UDP is not served, only TCP",
      "-B binary: only the ASCII protocol is served, so every connection is closed at its first byte",
    ]);
    expect(run("-U 11999").options).toMatchObject({ port: 11_999 });
    expect(run("-p -1").options).toMatchObject({ port: ANY_PORT });
  });

  it("prints help and license whatever else stands before them", () => {
    expect(parse("-p 1 -h")).toEqual({ kind: "help" });
    expect(parse("-i")).toEqual({ kind: "license" });
  });

  it.each([
    ["-S", "Cannot use -S: this server does not ask clients who they are"],
    ["-x 1.2.3.4:1", "Cannot use -x"],
    ["-m 0", 'Cannot set -m to "0": wanted is a whole number from 1 to'],
    ["-m many", 'Cannot set -m to "many"'],
    ["-t 0", 'Cannot set -t to "0"'],
    ["-c 2", 'Cannot set -c to "2"'],
    ["-f 1", 'Cannot set -f to "1"'],
    ["-I 20000", 'Cannot set -I to "20000": wanted is a whole number from 20480'],
    ["-I 256m", 'Cannot set -I to "256m"'],
    ["-B http", 'Cannot set -B to "http"'],
    ["-a 9", 'Cannot set -a to "9"'],
    ["-m 1 -g 2", "Cannot use -g"],
    ["-y", '"-y" is not an option'],
    ["-p", '"-p" needs a value'],
    ["-e nonsense=1", 'Cannot use "nonsense=1" of -e'],
    ["-e use_persistence=on", 'Cannot set "use_persistence=true"'],
    ["-e max_list_size=9", 'Cannot set max_list_size to "9"'],
  ])("refuses %s", (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it("lets -e win, and reads its file", () => {
    const files = { "/e.conf": "# limits\nmax_list_size = 20000 # more\nmax_element_bytes=32k\neviction=off\n" };
    const { options } = run("-e config_file=/e.conf;cache_size=2m -m 100", {}, files);
    expect(options).toMatchObject({
      listSizeMax: 20_000,
      elementBytesMax: 32_768,
      evicts: false,
      memoryLimitBytes: 2 * MIB,
    });
  });

  it("takes what the environment says", () => {
    const environment = {
      MEMCACHED_TOP_KEYS: "100",
      MEMCACHED_PORT_FILENAME: "/tmp/port",
      ARCUS_MAX_SET_SIZE: "100000",
      ARCUS_METRICS_ADDRESS: "9187",
      ARCUS_MAX_MAP_SIZE: "7",
    };
    const { options } = run("", environment);
    expect(options).toMatchObject({ topKeys: 100, portFile: "/tmp/port", setSizeMax: 100_000, mapSizeMax: 50_000 });
    expect(options.metricsAddress).toEqual({ host: "127.0.0.1", port: 9187 });
    expect(run("", { ARCUS_METRICS_ADDRESS: "10.0.0.1:9" }).options.metricsAddress).toEqual({
      host: "10.0.0.1",
      port: 9,
    });
  });
});

import { beforeAll, describe, expect, test, vi } from "vitest";
import { FOUR_LETTER_WORDS, type FourLetterWord } from "../config/four-letter-whitelist.ts";
import { exampleView } from "./example-view.ts";
import { answerFourLetterWord, fourLetterWordOf, isFourLetterWord } from "./four-letter-words.ts";
import { registerServerGauges } from "./server-gauges.ts";
import type { ServerView } from "./server-view.ts";

const ask = (word: string, view: ServerView = exampleView(), payload?: Buffer) =>
  answerFourLetterWord(word as FourLetterWord, view, payload ?? null);

beforeAll(() => {
  vi.stubEnv("TZ", "UTC");
});

const VERSION = "3.9.5-branta-0.1.0, built on 2026-11-21 12:00 UTC";
const STATISTICS = `Latency min/avg/max: 1/16.5/49
Received: 14
Sent: 17
Connections: 2
Outstanding: 0
Zxid: 0x5
Mode: standalone
Node count: 8
`;

/** Recorded from Apache 3.9.5 in the state of {@link exampleView}, its version and folders replaced. */
const golden: readonly [string, string][] = [
  ["ruok", "imok"],
  ["isro", "rw"],
  ["srvr", `Zookeeper version: ${VERSION}\n${STATISTICS}`],
  [
    "stat",
    `Zookeeper version: ${VERSION}
Clients:
 /127.0.0.1:50600[1](queued=0,recved=10,sent=11)
 /127.0.0.1:56864[0](queued=0,recved=1,sent=0)

${STATISTICS}`,
  ],
  [
    "cons",
    ` /127.0.0.1:50600[1](queued=0,recved=10,sent=11,sid=0x1000016ef220000,lop=GETD,est=1795261569266,to=30000,lcxid=0x9,lzxid=0x5,lresp=1551573,llat=2,minlat=0,avglat=15,maxlat=49)
 /127.0.0.1:56864[0](queued=0,recved=1,sent=0)

`,
  ],
  [
    "conf",
    `clientPort=33181
secureClientPort=-1
dataDir=/srv/zk/version-2
dataDirSize=478
dataLogDir=/srv/zk/version-2
dataLogSize=67109358
tickTime=2000
maxClientCnxns=60
minSessionTimeout=4000
maxSessionTimeout=40000
clientPortListenBacklog=-1
serverId=0
`,
  ],
  ["dirs", "datadir_size: 478\nlogdir_size: 67109358\n"],
  ["wchs", "1 connections watching 3 paths\nTotal watches:3\n"],
  ["wchc", "0x1000016ef220000\n\t/app/e1\n\t/app\n\t/zzz\n\n"],
  ["wchp", "/app/e1\n\t0x1000016ef220000\n/app\n\t0x1000016ef220000\n/zzz\n\t0x1000016ef220000\n\n"],
  [
    "dump",
    `SessionTracker dump:
Session Sets (1)/(1):
1 expire at Sat Nov 21 11:46:40 UTC 2026:
	0x1000016ef220000
ephemeral nodes dump:
Sessions with Ephemerals (1):
0x1000016ef220000:
	/app/e1
	/app/e2
Connections dump:
Connections Sets (2)/(2):
1 expire at Sat Nov 21 11:46:28 UTC 2026:
	ip: /127.0.0.1:56864 sessionId: 0x0
1 expire at Sat Nov 21 11:46:48 UTC 2026:
	ip: /127.0.0.1:50600 sessionId: 0x1000016ef220000
`,
  ],
  ["hash", "80: 1371985504\n100: -1\n"],
  ["gtmk", "306"],
  ["crst", "Connection stats reset.\n"],
  ["srst", "Server stats reset.\n"],
];

test.each(golden)("%s answers as Apache does", async (word, answer) => {
  expect(await ask(word)).toBe(answer);
});

test("a learner dumps the ensemble's sessions by id, and its local ones by when they expire", async () => {
  const follower: Partial<ServerView> = {
    mode: "follower",
    globalSessions: () => [
      [0x300000000000001n, 4000],
      [-0x10n, 6000],
    ],
    ephemerals: () => [],
    connectionExpiry: () => [],
  };
  const rest = "ephemeral nodes dump:\nSessions with Ephemerals (0):\nConnections dump:\nConnections Sets (0)/(0):\n";
  const globals = "Global Sessions(2):\n0xfffffffffffffff0\t6000ms\n0x300000000000001\t4000ms\n";
  expect(await ask("dump", exampleView("", follower))).toBe(`SessionTracker dump:\n${globals}${rest}`);
  const local = await ask("dump", exampleView("localSessionsEnabled=true", follower));
  expect(local).toMatch(
    /^SessionTracker dump:\nLocal Session Sets \(1\)\/\(1\):\n1 expire at .*:\n\t0x1000016ef220000\nGlobal/,
  );
});

test("a server without clients and watches prints the same frame around nothing", async () => {
  const empty: Partial<ServerView> = {
    connections: () => [],
    sessionExpiry: () => [],
    connectionExpiry: () => [],
    ephemerals: () => [],
    watchesByPath: () => [],
    watchesBySession: () => [],
    digestLog: () => [],
  };
  const view = exampleView("", empty);
  expect(await ask("cons", view)).toBe("\n");
  expect(await ask("wchp", view)).toBe("\n");
  expect(await ask("wchs", view)).toBe("0 connections watching 0 paths\nTotal watches:0\n");
  expect(await ask("hash", view)).toBe("");
  expect(await ask("dump", view)).toBe(
    "SessionTracker dump:\nSession Sets (0)/(0):\nephemeral nodes dump:\nSessions with Ephemerals (0):\nConnections dump:\nConnections Sets (0)/(0):\n",
  );
});

describe("the list of words", () => {
  test("holds srvr alone unless more are named", async () => {
    const view = exampleView("4lw.commands.whitelist=ruok, conf\n");
    expect(await ask("ruok", view)).toBe("imok");
    expect(await ask("stat", view)).toBe("stat is not executed because it is not in the whitelist.\n");
    expect(await ask("srvr", view)).toContain("Mode: standalone");
  });

  test("is asked before anything else, also for words that cannot be answered", async () => {
    expect(await ask("telnet close", exampleView("4lw.commands.whitelist=ruok\n"))).toBe(
      "telnet close is not executed because it is not in the whitelist.\n",
    );
  });
});

test("words are known by their first four bytes", () => {
  expect(fourLetterWordOf(Buffer.from("ruok").readInt32BE())).toBe("ruok");
  expect(fourLetterWordOf(Buffer.from([0xff, 0xf4, 0xff, 0xfd]).readInt32BE())).toBe("telnet close");
  expect(isFourLetterWord(44)).toBe(false);
  for (const word of FOUR_LETTER_WORDS) expect(isFourLetterWord(Buffer.from(word).readInt32BE())).toBe(true);
});

test("a server that does not serve refuses all but ruok, envi and the masks", async () => {
  const view = exampleView("", { isServing: false });
  const refusal = "This ZooKeeper instance is not currently serving requests";
  for (const word of ["conf", "cons", "crst", "dirs", "dump", "mntr", "srst", "srvr", "stat", "wchc", "wchp", "wchs"]) {
    expect(await ask(word, view)).toBe(`${refusal}\n`);
  }
  expect(await ask("hash", view)).toBe(refusal);
  expect(await ask("isro", view)).toBe("null");
  expect(await ask("ruok", view)).toBe("imok");
});

test("a read-only server says so", async () => {
  const view = exampleView("", { isReadOnly: true, mode: "read-only" });
  expect(await ask("isro", view)).toBe("ro");
  expect(await ask("srvr", view)).toMatch(/UTC\nREAD-ONLY mode; serving only read-only clients\nLatency/);
});

test("the trace mask is set by eight bytes and read back", async () => {
  const view = exampleView();
  expect(await ask("stmk", view, Buffer.from([0, 0, 0, 0, 0, 0, 1, 2]))).toBe("258");
  expect(await ask("gtmk", view)).toBe("258");
  expect(await ask("stmk", view, Buffer.alloc(3))).toBe("");
});

test("the build date can be printed as before 3.7", async () => {
  const answer = await ask("srvr", exampleView("branta.legacyBuildDate=true\n"));
  expect(answer.split("\n", 1)[0]).toBe("Zookeeper version: 3.9.5-branta-0.1.0, built on 11/21/2026 12:00 UTC");
});

test("envi has Apache's names in Apache's order", async () => {
  const answer = (await ask("envi")).trimEnd().split("\n");
  expect(answer[0]).toBe("Environment:");
  expect(answer.slice(1).map((line) => line.split("=", 1)[0])).toEqual(
    "zookeeper.version host.name java.version java.vendor java.home java.class.path java.library.path java.io.tmpdir java.compiler os.name os.arch os.version user.name user.home user.dir os.memory.free os.memory.max os.memory.total".split(
      " ",
    ),
  );
  expect(answer.at(-1)).toMatch(/^os\.memory\.total=\d+MB$/);
});

describe("mntr", () => {
  const monitor = async (view: ServerView): Promise<string[]> => {
    registerServerGauges(view);
    return (await ask("mntr", view)).trimEnd().split("\n");
  };

  test("prints Apache's names in Apache's order, with tabs", async () => {
    const lines = await monitor(exampleView("", { quotas: () => [] }));
    expect(lines.slice(0, 8)).toEqual([
      `zk_version\t${VERSION}`,
      "zk_server_state\tstandalone",
      "zk_ephemerals_count\t2",
      "zk_num_alive_connections\t2",
      "zk_avg_latency\t16.5",
      "zk_outstanding_requests\t0",
      "zk_znode_count\t8",
      "zk_global_sessions\t1",
    ]);
    await expect(`${lines.map((line) => line.split("\t", 1)[0]).join("\n")}\n`).toMatchFileSnapshot(
      "golden/mntr-names-3.9.5.txt",
    );
  });

  test("shows summaries with mean, extremes, number, sum and, for the detailed ones, quantiles", async () => {
    const view = exampleView();
    view.metrics.readPerNamespace.add("app", 74);
    view.metrics.quotaExceededErrorPerNamespace.add("app", 2);
    const lines = await monitor(view);
    const of = (name: string) => lines.filter((line) => line.split("\t", 1)[0]!.endsWith(name));
    expect(of("_readlatency")).toEqual([
      "zk_avg_readlatency\t2.0",
      "zk_min_readlatency\t1",
      "zk_max_readlatency\t3",
      "zk_cnt_readlatency\t2",
      "zk_sum_readlatency\t4",
      "zk_p50_readlatency\t1",
      "zk_p95_readlatency\t3",
      "zk_p99_readlatency\t3",
      "zk_p999_readlatency\t3",
    ]);
    expect(of("app_read_per_namespace")).toEqual([
      "zk_avg_app_read_per_namespace\t74.0",
      "zk_min_app_read_per_namespace\t74",
      "zk_max_app_read_per_namespace\t74",
      "zk_cnt_app_read_per_namespace\t1",
      "zk_sum_app_read_per_namespace\t74",
    ]);
    expect(lines).toContain("zk_app_quota_bytes_limit_per_namespace\t1000");
    expect(lines).toContain("zk_app_quota_exceeded_error_per_namespace\t2");
    expect(lines).toContain("zk_connection_drop_probability\t0.0");
  });

  test("under the Prometheus provider shows Prometheus's samples, all with a fraction", async () => {
    const lines = await monitor(exampleView("metricsProvider.className=a.PrometheusMetricsProvider\n"));
    expect(lines).toContain("zk_znode_count\t8.0");
    expect(lines).toContain('zk_readlatency{quantile="0.5"}\t1.0');
    expect(lines).toContain("zk_readlatency_count\t2.0");
    expect(lines).toContain('zk_fsynctime{quantile="0.5"}\tNaN');
  });

  test("under the null provider shows no metrics", async () => {
    expect(await monitor(exampleView("metricsProvider.className=a.NullMetricsProvider\n"))).toHaveLength(2);
  });

  test("begins anew after srst", async () => {
    const view = exampleView();
    await ask("srst", view);
    const lines = await monitor(view);
    expect(lines).toContain("zk_cnt_readlatency\t0");
    expect(lines).toContain("zk_packets_received\t0");
    expect(lines).toContain("zk_avg_latency\t0.0");
  });
});

import { describe, expect, test } from "vitest";
import { parseServerConfig, type ServerConfigSource } from "./parse-server-config.ts";

const noFiles = (): null => null;
const parse = (text: string, more: ServerConfigSource = {}) =>
  parseServerConfig({ file: "zoo.cfg", text, readText: noFiles, ...more });
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
  return "no error";
};

describe("defaults are Apache 3.9.5's", () => {
  const config = parse("dataDir=/var/lib/zk\nclientPort=2181\n");

  test("of the basics", () => {
    expect(config).toMatchObject({
      dataDir: "/var/lib/zk",
      dataLogDir: "/var/lib/zk",
      clientAddress: { host: null, port: 2181 },
      secureClientAddress: null,
      tickTimeMs: 3000,
      minSessionTimeoutMs: 6000,
      maxSessionTimeoutMs: 60_000,
      maxClientConnections: 60,
      maxConnections: 0,
      serverId: -1,
      snapCount: 100_000,
      preAllocSizeBytes: 65_536 * 1024,
      forceSync: true,
      juteMaxBufferBytes: 0xfffff,
      juteMaxBufferExtraSizeBytes: 0xfffff,
      globalOutstandingLimit: 1000,
      extendedTypesEnabled: false,
      isDistributed: false,
    });
  });

  test("of what operators see", () => {
    expect([...config.fourLetterWords]).toEqual(["srvr"]);
    expect(config).toMatchObject({ adminEnableServer: true, adminServerPort: 8080, adminCommandUrl: "/commands" });
    expect(config.metricsProvider).toMatchObject({ kind: "default", httpPort: 7000 });
    expect(config.warnings).toEqual([]);
    expect(Object.isFrozen(config)).toBe(true);
  });
});

describe("where values come from", () => {
  test("a system property, by argument or flags variable, the later one counting", () => {
    const env = {
      SERVER_JVMFLAGS: "-Xmx1g -Dzookeeper.snapCount=10 -Dzookeeper.skipACL=yes",
      JVMFLAGS: "-Dzookeeper.snapCount=20",
    };
    expect(parse("dataDir=/d\n", { env })).toMatchObject({ snapCount: 20, skipAcl: true });
    expect(parse("dataDir=/d\n", { env, argv: ["-Dzookeeper.snapCount=30"] }).snapCount).toBe(30);
  });

  test("zoo.cfg wins over a system property, as Apache sets the property from it", () => {
    const config = parse("dataDir=/d\nsnapCount=40\n", { argv: ["-Dzookeeper.snapCount=30"] });
    expect(config.snapCount).toBe(40);
    expect(config.systemProperties.get("zookeeper.snapCount")).toBe("40");
  });

  test("properties that have no prefix", () => {
    const argv = ["-Djute.maxbuffer=4096", "-Dreadonlymode.enabled=true", "-Dznode.container.checkIntervalMs=50"];
    const config = parse("dataDir=/d\n4lw.commands.whitelist=stat, ruok\n", { argv });
    expect(config).toMatchObject({ juteMaxBufferBytes: 4096, containerCheckIntervalMs: 50, readOnlyModeEnabled: true });
    expect([...config.fourLetterWords].sort()).toEqual(["isro", "ruok", "srvr", "stat"]);
  });

  test("all words with a star, and no more than are known", () => {
    expect(parse("dataDir=/d\n4lw.commands.whitelist=*\n").fourLetterWords.size).toBe(18);
  });

  test("numbered keys and stores", () => {
    const text = `dataDir=/d
authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider
secureClientPort=2281
ssl.keyStore.location=/k.jks
ssl.keyStore.type=jks
ssl.quorum.trustStore.location=/t.pem
`;
    const config = parse(text, { argv: ["-Dzookeeper.ssl.clientAuth=want"] });
    expect(config.authProviders.get("1")).toBe("org.apache.zookeeper.server.auth.SASLAuthenticationProvider");
    expect(config.tls).toMatchObject({ keyStoreLocation: "/k.jks", keyStoreType: "JKS", clientAuth: "want" });
    expect(config.quorumTls.trustStoreLocation).toBe("/t.pem");
    expect(config.secureClientAddress).toEqual({ host: null, port: 2281 });
    expect(config.warnings).toEqual([]);
  });

  test("the positional form of ZooKeeperServerMain, where connections are not limited", () => {
    const config = parseServerConfig({ argv: ["-Dzookeeper.skipACL=yes", "2181", "/d", "500"], readText: noFiles });
    expect(config).toMatchObject({
      file: null,
      dataDir: "/d",
      tickTimeMs: 500,
      maxClientConnections: 0,
      skipAcl: true,
    });
    expect(parseServerConfig({ argv: ["2181", "/d", "500", "7"], readText: noFiles }).maxClientConnections).toBe(7);
  });

  test("the level of start scripts' root logger", () => {
    expect(parse("dataDir=/d\n", { argv: ["-Dzookeeper.root.logger=WARN,ROLLINGFILE"] }).logLevel).toBe("warn");
  });
});

describe("a single server.N line", () => {
  const text = "dataDir=/d\nserver.3=zk3:2888:3888:participant;10.0.0.3:2183\n";

  test("means a server on its own, with the id of its myid and the client address of its line", () => {
    const config = parse(text, { readText: (file) => (file === "/d/myid" ? "3\n" : null) });
    expect(config).toMatchObject({
      isDistributed: false,
      serverId: 3,
      clientAddress: { host: "10.0.0.3", port: 2183 },
    });
    expect(config.servers.get(3)).toEqual({
      id: 3,
      quorumAddresses: [{ host: "zk3", port: 2888 }],
      electionAddresses: [{ host: "zk3", port: 3888 }],
      clientAddress: { host: "10.0.0.3", port: 2183 },
      secureClientAddress: null,
      type: "participant",
    });
  });

  test("in a dynamic file", () => {
    const files: Record<string, string> = { "/dyn": "server.1=a:1:2;2182\n", "/d/myid": "1" };
    const config = parse("dataDir=/d\ndynamicConfigFile=/dyn\n", { readText: (file) => files[file] ?? null });
    expect(config.clientAddress).toEqual({ host: null, port: 2182 });
  });
});

describe("ensembles", () => {
  const three =
    "dataDir=/d\ninitLimit=5\nsyncLimit=2\nserver.1=a:2888:3888\nserver.2=[::1]:2888:3888\nserver.3=c:2888:3888:observer\n";
  const myid = (file: string): string | null => (file === "/d/myid" ? "1" : null);

  test("are read with members, groups and weights", () => {
    const text = `${three}group.1=1:2\nweight.2=3\n`;
    const config = parse(text, { readText: myid });
    expect(config).toMatchObject({ isDistributed: true, initLimitTicks: 5, serverId: 1 });
    expect(config.servers.get(2)?.quorumAddresses).toEqual([{ host: "::1", port: 2888 }]);
    expect(config.servers.get(3)?.type).toBe("observer");
    expect([...config.weights]).toEqual([
      [2, 3],
      [1, 1],
    ]);
  });

  test("carry the text that servers compare, in the order of Java's tables", () => {
    const text = `${three}server.16=d:1:2;2181\ngroup.1=1:2\ngroup.2=16\n`;
    expect(parse(text, { readText: myid }).membershipText).toBe(
      `server.16=d:1:2:participant;0.0.0.0:2181
server.1=a:2888:3888:participant
server.2=[0:0:0:0:0:0:0:1]:2888:3888:participant
server.3=c:2888:3888:observer
group.1=1:2
group.2=16
weight.16=1
weight.1=1
weight.2=1
version=0`,
    );
  });

  test("from a dynamic file, whose name ends in the version", () => {
    const files: Record<string, string> = {
      "/zoo.cfg.dynamic.1000000a2": "server.1=a:1:2;2181\nserver.2=b:1:2;2181\n",
      "/d/myid": "2\n",
    };
    const text = "dataDir=/d\ninitLimit=5\nsyncLimit=2\ndynamicConfigFile=/zoo.cfg.dynamic.1000000a2\n";
    const config = parse(text, { readText: (file) => files[file] ?? null });
    expect(config).toMatchObject({ isDistributed: true, serverId: 2, membershipVersion: 0x1_0000_00a2 });
    expect(config.membershipText.split("\n").at(-1)).toBe("version=1000000a2");
  });

  test("are refused without what a member needs", () => {
    const refusal = (text: string, id: string | null = "1") =>
      messageOf(() => parse(text, { readText: (file) => (file === "/d/myid" ? id : null) }));
    expect([
      refusal(three, null),
      refusal(three, "4"),
      refusal(three.replace("initLimit=5", "")),
      refusal(three.replace("syncLimit=2", "")),
      refusal(`${three}clientPort=2181\nserver.1=a:1:2;2182\n`),
      refusal(`${three}extendedTypesEnabled=true\nserver.255=a:1:2\n`, "255"),
    ]).toEqual([
      "missing: zoo.cfg: there is no file myid in dataDir, expected one with this server's id",
      "conflict: zoo.cfg: myid is 4 and there is no server.4, expected one",
      "missing: zoo.cfg: initLimit is not set, expected a number of ticks",
      "missing: zoo.cfg: syncLimit is not set, expected a number of ticks",
      "conflict: zoo.cfg: clientPort is 2181 and server.1 says another client address, expected one of both",
      "wrongValue: zoo.cfg: myid is 255 and extendedTypesEnabled is true, expected at most 254",
    ]);
  });

  test("are warned of what is usable and strange", () => {
    const warningsOf = (text: string) => parse(text, { readText: myid }).warnings.map((warning) => warning.message);
    expect(warningsOf(three)).toEqual([
      "zoo.cfg: an ensemble with 2 voters stops when one of them does; three are the least that outlives one",
    ]);
    expect(warningsOf(`${three}oraclePath=/oracle\n`)).toEqual([
      "zoo.cfg: whoever writes oraclePath must never let both servers go on alone: each would take other writes",
    ]);
    expect(warningsOf(`${three}server.4=d:1:2\noraclePath=/oracle\n`)).toEqual([
      "zoo.cfg: oraclePath means nothing to an ensemble with 3 voters, only to one with 2",
    ]);
    expect(warningsOf(`${three}server.4=d:1:2\nserver.5=e:1:2\npeerType=observer\n`)).toEqual([
      "zoo.cfg: 4 voters outlive the loss of no more than 3 would; an odd number is better",
      'zoo.cfg: peerType is "observer" and server.1 says "participant", which counts',
    ]);
  });

  test("with several addresses a server", () => {
    const text = "dataDir=/d\nmultiAddress.enabled=true\nserver.1=a:1:2|b:3:4;5\n";
    expect(parse(text).servers.get(1)?.electionAddresses).toEqual([
      { host: "a", port: 2 },
      { host: "b", port: 4 },
    ]);
  });
});

const refused: readonly [string, string][] = [
  ["clientPort=2181\n", "missing: zoo.cfg: dataDir is not set, expected the folder for the data"],
  ["dataDir=/d\ntickTime=2s\n", 'wrongValue: zoo.cfg:2: tickTime is "2s", expected a whole number of at least 1'],
  [
    "dataDir=/d\nclientPort=99999\n",
    'wrongValue: zoo.cfg:2: clientPort is "99999", expected a whole number from 0 to 65535',
  ],
  ["dataDir=/d\nforceSync=maybe\n", 'wrongValue: zoo.cfg:2: forceSync is "maybe", expected yes or no'],
  ["dataDir=/d\nreconfigEnabled=on\n", 'wrongValue: zoo.cfg:2: reconfigEnabled is "on", expected true or false'],
  [
    "dataDir=/d\nsnapshot.compression.method=zip\n",
    'wrongValue: zoo.cfg:2: snapshot.compression.method is "zip", expected nothing, gz or snappy',
  ],
  ["dataDir=/d\nelectionAlg=1\n", 'wrongValue: zoo.cfg:2: electionAlg is "1", expected a whole number from 3 to 3'],
  [
    "dataDir=/d\nclientPortAddress=::1\n",
    "conflict: zoo.cfg:2: clientPortAddress is set and clientPort is not, expected both",
  ],
  [
    "dataDir=/d\nminSessionTimeout=9\nmaxSessionTimeout=8\n",
    'conflict: zoo.cfg:2: minSessionTimeout "9" is larger than maxSessionTimeout "8", expected the reverse',
  ],
  [
    "dataDir=/d\nserver.1=a:1\n",
    'wrongValue: zoo.cfg:2: server.1 is "a:1", expected host:port:port[:participant|observer][;[address:]port], with | between several hosts',
  ],
  ["dataDir=/d\nserver.1=a:1:1\n", 'wrongValue: zoo.cfg:2: server.1 is "a:1:1", expected two different ports'],
  [
    "dataDir=/d\nserver.1=a:1:2|b:1:2\n",
    "conflict: zoo.cfg:2: server.1 has several addresses, expected one, or multiAddress.enabled=true",
  ],
  ["dataDir=/d\nserver.x=a:1:2\n", 'malformed: zoo.cfg:2: cannot use server.x="a:1:2", expected a number for "x"'],
  [
    "dataDir=/d\nstandaloneEnabled=false\n",
    "conflict: zoo.cfg: standaloneEnabled is false and no server.N votes, expected at least one",
  ],
  [
    "dataDir=/d\nserver.1=a:1:2:observer\n",
    "conflict: zoo.cfg: all server.N lines are observers, expected at least one that votes",
  ],
  [
    "dataDir=/d\ndynamicConfigFile=/none\n",
    'unreadable: zoo.cfg:2: cannot read dynamicConfigFile "/none", expected an existing file',
  ],
  [
    "dataDir=/d\nquorum.auth.serverRequireSasl=true\n",
    "conflict: zoo.cfg:2: quorum.auth.serverRequireSasl is true and quorum.auth.enableSasl is not, expected both",
  ],
  ["dataDir=/d\nstrict.config=yes\nfoo=1\n", 'unknownKey: zoo.cfg:3: "foo" is not a setting that this server knows'],
];

test.each(refused)("%j is refused", (text, message) => {
  expect(messageOf(() => parse(text))).toBe(message);
});

test("arguments are refused with what was expected", () => {
  const run = (...argv: string[]) => messageOf(() => parseServerConfig({ argv, readText: noFiles }));
  expect(run()).toBe(
    "malformed: got 0 arguments, expected a configuration file, or: port dataDir [tickTime] [maxClientCnxns]",
  );
  expect(run("/none.cfg")).toBe('unreadable: cannot read the configuration "/none.cfg", expected an existing file');
  expect(run("x", "/d")).toBe('wrongValue: argument 1: clientPort is "x", expected a whole number from 0 to 65535');
  expect(run("--help")).toBe('malformed: cannot use the option "--help", expected -Dname=value before the operands');
  expect(run("-Dzookeeper.snapCount=many", "1", "/d")).toBe(
    'wrongValue: command line: zookeeper.snapCount is "many", expected a whole number',
  );
});

test("what is usable and strange is a warning", () => {
  const text =
    "dataDir=data\nclientport=2181\nnetty.threads=3\nautopurge.snapRetainCount=1\nsnapCount=1\nclientPort=1\nclientPort=2\norg.example.thing=1\n";
  const config = parse(text, { argv: ["-Dzookeeper.tickTime=9", "-Dzookeeper.snapcount=9", "-Dfile.encoding=UTF-8"] });
  expect(config.warnings.map((warning) => warning.message)).toEqual([
    'zoo.cfg:7: "clientPort" is set again here to "2"; "1" of line 6 is not used',
    'command line: "zookeeper.tickTime" has no effect; set "tickTime" in zoo.cfg',
    'command line: "zookeeper.snapcount" is not a property that this server knows; did you mean "zookeeper.snapCount"?',
    'zoo.cfg:2: "clientport" is not a setting that this server knows; did you mean "clientPort"?',
    'zoo.cfg:8: "org.example.thing" is not a setting that this server knows',
    'zoo.cfg:1: dataDir "data" is taken from the working folder; begin with ./ to say that you mean it',
    'zoo.cfg:5: snapCount is "1"; 2 is used, the least that is possible',
    'zoo.cfg:4: autopurge.snapRetainCount is "1"; 3 is used, the least that is possible',
  ]);
  expect(config).toMatchObject({ snapCount: 2, autopurgeSnapRetainCount: 3 });
});

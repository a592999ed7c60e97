import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get as secureGet } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { silentLogger } from "@branta/foundation-observe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminCommandNames } from "./admin-commands.ts";
import { type AdminServer, startAdminServer } from "./admin-server.ts";
import { exampleView } from "./example-view.ts";
import { registerServerGauges } from "./server-gauges.ts";
import type { ServerView } from "./server-view.ts";

const LOOPBACK = "admin.serverAddress=127.0.0.1\nadmin.serverPort=0\n";
const log = silentLogger;

function start(cfg = "", overrides: Partial<ServerView> = {}): Promise<AdminServer> {
  const view = exampleView(LOOPBACK + cfg, overrides);
  registerServerGauges(view);
  return startAdminServer({ view, log });
}

describe("commands", () => {
  let server: AdminServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const url = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  const ask = async (command: string): Promise<string> => (await fetch(url(`/commands/${command}`))).text();

  /** Recorded from Apache 3.9.5 in the state of {@link exampleView}; folders, version and sizes replaced. */
  const golden: readonly [string, string][] = [
    ["ruok", `{\n  "command" : "ruok",\n  "error" : null\n}`],
    ["crst", `{\n  "command" : "connection_stat_reset",\n  "error" : null\n}`],
    ["isro", `{\n  "read_only" : false,\n  "command" : "is_read_only",\n  "error" : null\n}`],
    ["orst", `{\n  "command" : "observer_connection_stat_reset",\n  "error" : null\n}`],
    ["lead", `{\n  "error" : "server is not initialized",\n  "command" : "leader"\n}`],
    ["obsr", `{\n  "synced_observers" : 0,\n  "observers" : [ ],\n  "command" : "observers",\n  "error" : null\n}`],
    ["voting_view", `{\n  "current_config" : { },\n  "command" : "voting_view",\n  "error" : null\n}`],
    ["zabstate", `{\n  "voting" : false,\n  "zabstate" : "",\n  "command" : "zabstate",\n  "error" : null\n}`],
    ["gtmk", `{\n  "tracemask" : 306,\n  "command" : "get_trace_mask",\n  "error" : null\n}`],
    ["lsnp", `{\n  "zxid" : "1a",\n  "timestamp" : 1795261521,\n  "command" : "last_snapshot",\n  "error" : null\n}`],
    ["dirs", `{\n  "datadir_size" : 478,\n  "logdir_size" : 67109358,\n  "command" : "dirs",\n  "error" : null\n}`],
    ["nosuch", `{\n  "command" : "nosuch",\n  "error" : "Unknown command: nosuch"\n}`],
    ["ruok/x", `{\n  "command" : "ruok/x",\n  "error" : "Unknown command: ruok/x"\n}`],
    ["toString", `{\n  "command" : "toString",\n  "error" : "Unknown command: toString"\n}`],
    [
      "set_trace_mask",
      `{\n  "error" : "setTraceMask requires long traceMask argument",\n  "command" : "set_trace_mask"\n}`,
    ],
    [
      "stmk?traceMask=x",
      `{\n  "error" : "setTraceMask requires long traceMask argument, got x",\n  "command" : "set_trace_mask"\n}`,
    ],
    ["stmk?traceMask=306", `{\n  "tracemask" : 306,\n  "command" : "set_trace_mask",\n  "error" : null\n}`],
    [
      "conf",
      `{
  "client_port" : 33181,
  "data_dir" : "/srv/zk/version-2",
  "data_log_dir" : "/srv/zk/version-2",
  "tick_time" : 2000,
  "max_client_cnxns" : 60,
  "min_session_timeout" : 4000,
  "max_session_timeout" : 40000,
  "server_id" : 0,
  "client_port_listen_backlog" : -1,
  "command" : "configuration",
  "error" : null
}`,
    ],
    [
      "cons",
      `{
  "connections" : [ {
    "remote_socket_address" : "127.0.0.1:50600",
    "interest_ops" : 1,
    "outstanding_requests" : 0,
    "packets_received" : 10,
    "packets_sent" : 11,
    "session_id" : 72057692539191296,
    "last_operation" : "GETD",
    "established" : 1795261569266,
    "session_timeout" : 30000,
    "last_cxid" : 9,
    "last_zxid" : 5,
    "last_response_time" : 1551573,
    "last_latency" : 2,
    "min_latency" : 0,
    "avg_latency" : 15,
    "max_latency" : 49
  }, {
    "remote_socket_address" : "127.0.0.1:56864",
    "interest_ops" : 0,
    "outstanding_requests" : 0,
    "packets_received" : 1,
    "packets_sent" : 0,
    "session_id" : 0,
    "last_operation" : "NA",
    "established" : 1795261569300,
    "session_timeout" : 0,
    "last_cxid" : -1,
    "last_zxid" : -1,
    "last_response_time" : 0,
    "last_latency" : 0,
    "min_latency" : 0,
    "avg_latency" : 0,
    "max_latency" : 0
  } ],
  "secure_connections" : [ ],
  "command" : "connections",
  "error" : null
}`,
    ],
    [
      "dump",
      `{
  "expiry_time_to_session_ids" : {
    "1795261600000" : [ 72057692539191296 ]
  },
  "session_id_to_ephemeral_paths" : {
    "72057692539191296" : [ "/app/e1", "/app/e2" ]
  },
  "command" : "dump",
  "error" : null
}`,
    ],
    [
      "srvr",
      `{
  "version" : "3.9.5-branta-0.1.0, built on 2026-11-21 12:00 UTC",
  "read_only" : false,
  "server_stats" : {
    "packets_sent" : 17,
    "packets_received" : 14,
    "fsync_threshold_exceed_count" : 0,
    "client_response_stats" : {
      "last_buffer_size" : -1,
      "min_buffer_size" : -1,
      "max_buffer_size" : -1
    },
    "data_dir_size" : 478,
    "log_dir_size" : 67109358,
    "provider_null" : false,
    "last_processed_zxid" : 5,
    "outstanding_requests" : 0,
    "server_state" : "standalone",
    "avg_latency" : 16.5,
    "max_latency" : 49,
    "min_latency" : 1,
    "num_alive_client_connections" : 2,
    "uptime" : 5456,
    "auth_failed_count" : 0,
    "non_mtlsremote_conn_count" : 0,
    "non_mtlslocal_conn_count" : 0
  },
  "client_response" : {
    "last_buffer_size" : -1,
    "min_buffer_size" : -1,
    "max_buffer_size" : -1
  },
  "node_count" : 8,
  "command" : "server_stats",
  "error" : null
}`,
    ],
    [
      "hash",
      `{
  "digests" : [ {
    "zxid" : 128,
    "digest" : 1371985504,
    "digest_version" : 2
  }, {
    "zxid" : 256,
    "digest" : -1,
    "digest_version" : 2
  } ],
  "command" : "hash",
  "error" : null
}`,
    ],
    [
      "wchc",
      `{
  "session_id_to_watched_paths" : {
    "72057692539191296" : [ "/app/e1", "/app", "/zzz" ]
  },
  "command" : "watches",
  "error" : null
}`,
    ],
    [
      "wchp",
      `{
  "path_to_session_ids" : {
    "/app/e1" : [ 72057692539191296 ],
    "/app" : [ 72057692539191296 ],
    "/zzz" : [ 72057692539191296 ]
  },
  "command" : "watches_by_path",
  "error" : null
}`,
    ],
    [
      "wchs",
      `{\n  "num_connections" : 1,\n  "num_paths" : 3,\n  "num_total_watches" : 3,\n  "command" : "watch_summary",\n  "error" : null\n}`,
    ],
  ];

  test.each(golden)("%s answers as Apache does", async (command, answer) => {
    expect(await ask(command)).toBe(answer);
  });

  test("stats adds the connections in brief", async () => {
    const answer = await ask("stat");
    expect(answer).toContain(
      `"node_count" : 8,\n  "connections" : [ {\n    "remote_socket_address" : "127.0.0.1:50600",`,
    );
    expect(answer).not.toContain("session_id");
    expect(answer).toContain(`"command" : "stats"`);
  });

  test("monitor has the names of mntr without zk_, and doubles with a fraction", async () => {
    const answer = await ask("mntr");
    expect(answer).toMatch(
      /^\{\n {2}"version" : "3\.9\.5[^"]*",\n {2}"server_state" : "standalone",\n {2}"ephemerals_count" : 2,/,
    );
    expect(answer).toContain(`"connection_drop_probability" : 0.0,`);
    expect(Object.keys(JSON.parse(answer) as object)).toContain("p999_readlatency");
  });

  test("icfg, sysp and envi show where settings came from", async () => {
    expect((JSON.parse(await ask("icfg")) as Record<string, string>)["initial_configuration"]).toContain(
      "dataDir=/srv/zk\n",
    );
    expect(JSON.parse(await ask("sysp"))).toMatchObject({
      "zookeeper.4lw.commands.whitelist": "*",
      command: "system_properties",
    });
    expect(JSON.parse(await ask("env"))).toMatchObject({ "java.vendor": "Node.js", command: "environment" });
  });

  test("the list links every command", async () => {
    for (const path of ["/commands", "/commands/"]) {
      const answer = await (await fetch(url(path))).text();
      expect(answer).toBe(adminCommandNames.map((name) => `<a href="/commands/${name}">${name}</a>\n<br/>\n`).join(""));
    }
    expect(adminCommandNames).toEqual(
      "configuration connection_stat_reset connections dirs dump environment get_trace_mask hash initial_configuration is_read_only last_snapshot leader monitor observer_connection_stat_reset observers restore ruok server_stats set_trace_mask snapshot stat_reset stats system_properties voting_view watch_summary watches watches_by_path zabstate".split(
        " ",
      ),
    );
  });

  test("status and type by method and path", async () => {
    const answer = async (path: string, method = "GET") => {
      const response = await fetch(url(path), { method });
      await response.arrayBuffer();
      return `${response.status} ${response.headers.get("content-type")}`;
    };
    expect(await answer("/commands/ruok")).toBe("200 application/json");
    expect(await answer("/commands/ruok", "HEAD")).toBe("200 application/json");
    expect(await answer("/")).toBe("404 text/html");
    expect(await answer("/nothing")).toBe("404 text/html");
    expect(await answer("/commands/ruok", "PUT")).toBe("405 null");
    expect(await answer("/commands/ruok", "POST")).toBe("405 application/json");
  });
});

describe("snapshot and restore", () => {
  const folder = mkdtempSync(join(tmpdir(), "branta-admin-"));
  const file = join(folder, "snapshot.1a");
  writeFileSync(file, "a snapshot's bytes");
  afterAll(() => rmSync(folder, { recursive: true }));
  const working: Partial<ServerView> = {
    takeSnapshot: () => Promise.resolve({ file, zxid: 0x1a }),
    restore: async (snapshot) => (await text(snapshot as NodeJS.ReadableStream)).length,
  };
  const call = async (server: AdminServer, command: string, authorization: string | null, body?: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/commands/${command}`, {
      method: body === undefined ? "GET" : "POST",
      headers: authorization === null ? {} : { authorization },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  test("need an identity with all permissions on the root", async () => {
    await using server = await start("", working);
    const answers: string[] = [];
    for (const authorization of [null, "digest", "nosuch x", "a b c", "digest ann:secret"]) {
      const { status, body } = await call(server, "snap", authorization);
      answers.push(`${status} ${(JSON.parse(body) as { error: string }).error}`);
    }
    expect(answers).toEqual([
      "401 Auth info is missing for the command",
      "401 Not authenticated",
      "401 Not authenticated",
      "401 Not authenticated",
      "403 Not authorized",
    ]);
  });

  test("stream a snapshot out, or only write it", async () => {
    await using server = await start("admin.rateLimiterIntervalInMS=0\n", { ...working, uptimeMs: 1 });
    const streamed = await call(server, "snapshot", "digest super:secret");
    expect(streamed).toMatchObject({ status: 200, body: "a snapshot's bytes" });
    expect(streamed.headers.get("content-type")).toBe("application/octet-stream");
    expect([streamed.headers.get("last_zxid"), streamed.headers.get("snapshot_size")]).toEqual(["0x1a", "18"]);
  });

  test("only write it when streaming=false", async () => {
    await using server = await start("", working);
    const written = await call(server, "snapshot?streaming=false", "digest super:secret");
    expect(written.body).toBe(`{\n  "command" : "snapshot",\n  "error" : null\n}`);
    expect(written.headers.get("last_zxid")).toBe("0x1a");
  });

  test("read a snapshot in, by POST", async () => {
    await using server = await start("", working);
    const restored = await call(server, "restore", "digest super:secret", "0123456789");
    expect(restored.body).toBe(`{\n  "last_zxid" : 10,\n  "command" : "restore",\n  "error" : null\n}`);
  });

  test("are limited in rate, counted and refused by GET of the wrong kind", async () => {
    const view = exampleView(LOOPBACK, working);
    await using server = await startAdminServer({ view, log });
    await call(server, "snap", "digest super:secret");
    expect(await call(server, "snap", "digest super:secret")).toMatchObject({ status: 429 });
    expect(view.metrics.snapshotRateLimitedCount.value).toBe(1);
    expect(await call(server, "restore", "digest super:secret")).toMatchObject({ status: 405 });
  });

  test("say 503 when switched off and 500 when they fail", async () => {
    await using off = await start("admin.snapshot.enabled=false\nadmin.restore.enabled=false\n", working);
    expect(await call(off, "snapshot", "digest super:secret")).toMatchObject({ status: 503 });
    expect(await call(off, "restore", "digest super:secret", "x")).toMatchObject({ status: 503 });
    const view = exampleView(LOOPBACK);
    await using failing = await startAdminServer({ view, log });
    expect(await call(failing, "snapshot", "digest super:secret")).toMatchObject({ status: 500 });
    expect(await call(failing, "restore", "digest super:secret", "x")).toMatchObject({ status: 500 });
    expect([view.metrics.snapshotErrorCount.value, view.metrics.restoreErrorCount.value]).toEqual([1, 1]);
    await using unable = await start("serializeLastProcessedZxid.enabled=false\n", working);
    expect(await call(unable, "snapshot", "digest super:secret")).toMatchObject({ status: 500 });
  });
});

test("a server that does not serve refuses all but what concerns the process", async () => {
  await using server = await start("", { isServing: false });
  const ask = async (command: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${server.port}/commands/${command}`)).text();
  expect(await ask("conf")).toContain(`"error" : "This ZooKeeper instance is not currently serving requests"`);
  expect(await ask("zabstate")).toContain(`"error" : null`);
});

test("a busy port is an error with Apache's exit status", async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => void busy.listen(0, "127.0.0.1", resolve));
  const { port } = busy.address() as { port: number };
  const view = exampleView(`admin.serverAddress=127.0.0.1\nadmin.serverPort=${port}\n`);
  await expect(startAdminServer({ view, log })).rejects.toMatchObject({ code: "cannotListen", exitCode: 4 });
  busy.close();
});

describe("TLS", () => {
  const pem = readFileSync(new URL("fixtures/localhost.pem", import.meta.url));
  const tls = { key: pem, cert: pem };
  const askSecurely = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = secureGet({ host: "127.0.0.1", port, path: "/commands/ruok", ca: pem }, (response) => {
        text(response).then(resolve, reject);
      });
      request.on("error", reject);
    });

  test("alone, when it is forced", async () => {
    await using server = await startAdminServer({ view: exampleView(`${LOOPBACK}admin.forceHttps=true\n`), log, tls });
    expect(await askSecurely(server.port)).toContain(`"command" : "ruok"`);
    await expect(fetch(`http://127.0.0.1:${server.port}/commands/ruok`)).rejects.toThrow();
  });

  test("beside plain HTTP on one port", async () => {
    const view = exampleView(`${LOOPBACK}admin.portUnification=true\n`);
    await using server = await startAdminServer({ view, log, tls });
    expect(await askSecurely(server.port)).toContain(`"command" : "ruok"`);
    expect(await (await fetch(`http://127.0.0.1:${server.port}/commands/ruok`)).text()).toContain(`"command" : "ruok"`);
  });

  test("is refused without stores", async () => {
    const view = exampleView(`${LOOPBACK}admin.forceHttps=true\n`);
    await expect(startAdminServer({ view, log })).rejects.toMatchObject({ code: "missingStores" });
  });
});

import type { ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Logger } from "@branta/foundation-observe";
import { Permission } from "@branta/zookeeper-protocol";
import { answers, type Fields, type Parameters } from "./admin-answers.ts";
import { hexOfLong } from "./java-format.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { ServerView } from "./server-view.ts";

/** A request to the admin server, taken off HTTP. */
export interface AdminRequest {
  readonly method: "GET" | "POST";
  /** What stands behind the commands' path: a name or an alias. */
  readonly command: string;
  readonly parameters: Parameters;
  /** Header `Authorization`: a scheme and, behind a blank, its credential. */
  readonly authorization: string | null;
  readonly remoteAddress: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** An answer, to be put on HTTP. */
export interface AdminResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The command's primary name, or what was asked when there is none. */
  readonly command: string;
  readonly fields: Fields;
  readonly error: string | null;
  /** Sent instead of JSON. */
  readonly stream: ReadStream | null;
}

const ALIASES: Readonly<Record<string, string>> = {
  crst: "connection_stat_reset",
  conf: "configuration",
  config: "configuration",
  cons: "connections",
  env: "environment",
  envi: "environment",
  gtmk: "get_trace_mask",
  icfg: "initial_configuration",
  isro: "is_read_only",
  lsnp: "last_snapshot",
  lead: "leader",
  mntr: "monitor",
  orst: "observer_connection_stat_reset",
  rest: "restore",
  stmk: "set_trace_mask",
  snap: "snapshot",
  srvr: "server_stats",
  stat: "stats",
  srst: "stat_reset",
  obsr: "observers",
  sysp: "system_properties",
  wchc: "watches",
  wchp: "watches_by_path",
  wchs: "watch_summary",
};

/** Commands that are answered while the server does not serve. */
const ALWAYS: ReadonlySet<string> = new Set([
  "environment",
  "get_trace_mask",
  "monitor",
  "set_trace_mask",
  "system_properties",
  "zabstate",
]);

/** Commands that need all permissions on the root, and the method of each. */
const GUARDED: Readonly<Record<string, "GET" | "POST">> = { snapshot: "GET", restore: "POST" };

/** Primary names of all commands, sorted. */
export const adminCommandNames: readonly string[] = [...Object.keys(answers), ...Object.keys(GUARDED)].sort();

/** Runs admin commands; knows nothing of HTTP servers. */
export class AdminCommands {
  readonly #view: ServerView;
  readonly #log: Logger;
  readonly #snapshotLimiter: RateLimiter;
  readonly #restoreLimiter: RateLimiter;

  constructor(view: ServerView, log: Logger) {
    this.#view = view;
    this.#log = log;
    const intervalMs = view.config.adminRateLimiterIntervalMs;
    // 3.9.5 counts this interval in microseconds, so scripts take snapshots every second.
    this.#snapshotLimiter = new RateLimiter(1, intervalMs / 1000, view.uptimeMs);
    this.#restoreLimiter = new RateLimiter(1, intervalMs, view.uptimeMs);
  }

  async run(request: AdminRequest): Promise<AdminResponse> {
    const name = Object.hasOwn(ALIASES, request.command) ? ALIASES[request.command]! : request.command;
    const answer = Object.hasOwn(answers, name) ? answers[name]! : null;
    const method = answer !== null ? "GET" : Object.hasOwn(GUARDED, name) ? GUARDED[name]! : null;
    if (method === null) return failed(request.command, 200, `Unknown command: ${request.command}`);
    if (!this.#view.isServing && !ALWAYS.has(name)) {
      return failed(request.command, 200, "This ZooKeeper instance is not currently serving requests");
    }
    if (answer === null) {
      const refusal = await this.#authorize(request);
      if (refusal !== null) return refusal;
    }
    // Apache fails with a null pointer and status 500 here.
    if (request.method !== method) return failed(name, 405, `${name} is a ${method} command`);
    if (answer !== null) return succeeded(name, await answer(this.#view, request.parameters));
    return name === "snapshot" ? this.#snapshot(request) : this.#restore(request);
  }

  async #authorize(request: AdminRequest): Promise<AdminResponse | null> {
    const { command, authorization, remoteAddress } = request;
    if (authorization === null) return failed(command, 401, "Auth info is missing for the command");
    const [scheme = "", credential, ...rest] = authorization.split(" ");
    const ids =
      rest.length > 0
        ? null
        : await this.#view.authenticate(scheme, credential === undefined ? null : Buffer.from(credential), {
            remoteAddress,
          });
    if (ids === null || ids.length === 0) return failed(command, 401, "Not authenticated");
    return this.#view.rootAclPermits(ids, Permission.All) ? null : failed(command, 403, "Not authorized");
  }

  async #snapshot({ parameters }: AdminRequest): Promise<AdminResponse> {
    const { config, metrics } = this.#view;
    const refusal = this.#refusal("snapshot", config.adminSnapshotEnabled, this.#snapshotLimiter);
    if (refusal === 429) metrics.snapshotRateLimitedCount.value++;
    if (refusal !== null) return failed("snapshot", refusal, null);
    try {
      const { file, zxid } = await this.#view.takeSnapshot();
      const handle = await open(file);
      const { size } = await handle.stat();
      const headers = { last_zxid: `0x${hexOfLong(zxid)}`, snapshot_size: String(size) };
      if (size > 0 && (parameters["streaming"] ?? "true").toLowerCase() === "true") {
        return { ...succeeded("snapshot", new Map()), headers, stream: handle.createReadStream() };
      }
      await handle.close();
      if (size > 0) return { ...succeeded("snapshot", new Map()), headers };
      throw new Error(`the snapshot "${file}" is empty`);
    } catch (error) {
      metrics.snapshotErrorCount.value++;
      this.#log.warn("admin command snapshot failed", { error });
      return failed("snapshot", 500, null);
    }
  }

  async #restore({ body }: AdminRequest): Promise<AdminResponse> {
    const { config, metrics } = this.#view;
    const refusal = this.#refusal("restore", config.adminRestoreEnabled, this.#restoreLimiter);
    if (refusal === 429) metrics.restoreRateLimitedCount.value++;
    if (refusal !== null) return failed("restore", refusal, null);
    try {
      return succeeded("restore", new Map([["last_zxid", await this.#view.restore(body)]]));
    } catch (error) {
      metrics.restoreErrorCount.value++;
      this.#log.warn("admin command restore failed", { error });
      return failed("restore", 500, null);
    }
  }

  #refusal(name: string, enabled: boolean, limiter: RateLimiter): number | null {
    const refuse = (status: number, why: string): number => {
      this.#log.warn(`admin command ${name} refused: ${why}`);
      return status;
    };
    if (!enabled) return refuse(503, `admin.${name}.enabled is false`);
    const { serializeLastProcessedZxidEnabled } = this.#view.config;
    if (!serializeLastProcessedZxidEnabled) return refuse(500, "serializeLastProcessedZxid.enabled is false");
    return limiter.allow(this.#view.uptimeMs) ? null : refuse(429, "it ran a short while ago");
  }
}

function succeeded(command: string, fields: Fields): AdminResponse {
  return { status: 200, headers: {}, command, fields, error: null, stream: null };
}

function failed(command: string, status: number, error: string | null): AdminResponse {
  return { status, headers: {}, command, fields: new Map(), error, stream: null };
}

/** The JSON object of an answer: its fields, then `command` and `error`; a field `error` keeps its place. */
export function responseFields({ command, fields, error }: AdminResponse): Fields {
  const all = new Map(fields);
  all.set("command", command);
  if (!all.has("error")) all.set("error", error);
  return all;
}

import type { NodeContext } from "../node/node-context.ts";
import type { StatLines } from "./stat-lines.ts";

const PROTOCOLS = { auto: "auto-negotiate", ascii: "ascii", binary: "binary" } as const;
/** What modules of -X call themselves; others have no commands of their own. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  ascii_scrub: ["scrub"],
  example_protocol: ["echo", "noop"],
};

/** `stats settings`: what the command line and `config` have set. */
export function addSettings(lines: StatLines, node: NodeContext): void {
  const { cache, options, settings } = node;
  const { limits } = cache;
  const yesNo = (value: boolean): string => (value ? "yes" : "no");
  lines.add("maxbytes", cache.limitBytes);
  lines.add("maxconns", settings.connectionsMax);
  lines.add("tcpport", node.port);
  lines.add("udpport", options.udpPort);
  lines.add("sticky_limit", limits.stickyBytesMax);
  lines.add("inter", options.listenAddress ?? "NULL");
  lines.add("verbosity", settings.verbosity);
  lines.add("oldest", 0);
  lines.add("evictions", options.evicts ? "on" : "off");
  lines.add("domain_socket", options.unixSocketPath ?? "NULL");
  lines.add("umask", options.unixSocketMode.toString(8));
  lines.add("growth_factor", options.growthFactor.toFixed(2));
  lines.add("chunk_size", options.chunkSize);
  lines.add("num_threads", options.threads);
  lines.add("stat_key_prefix", options.prefixDelimiter);
  lines.add("detail_enabled", yesNo(node.counters.detailed));
  lines.add("allow_detailed", yesNo(options.detailAllowed));
  lines.add("reqs_per_event", options.requestsPerEventMax);
  lines.add("cas_enabled", yesNo(options.usesCas));
  lines.add("tcp_backlog", options.backlog);
  lines.add("binding_protocol", PROTOCOLS[options.protocol]);
  // SASL is not spoken.
  lines.add("auth_enabled_sasl", "no");
  lines.add("auth_sasl_engine", "none");
  lines.add("auth_required_sasl", "no");
  lines.add("item_size_max", limits.itemBytesMax);
  addCollectionSettings(lines, node);
  for (const name of options.extensions.flatMap((module) => EXTENSIONS[module] ?? []))
    lines.add("ascii_extension", name);
}

function addCollectionSettings(lines: StatLines, { cache, cloud, counters, scrubber, settings }: NodeContext): void {
  const { limits } = cache;
  lines.add("max_list_size", limits.listSizeMax);
  lines.add("max_set_size", limits.setSizeMax);
  lines.add("max_map_size", limits.mapSizeMax);
  lines.add("max_btree_size", limits.btreeSizeMax);
  lines.add("max_element_bytes", limits.elementBytesMax);
  lines.add("scrub_count", scrubber.countPerSlice);
  lines.add("max_stats_prefixes", settings.statsPrefixesMax);
  lines.add("topkeys", counters.topKeys?.keysMax ?? 0);
  lines.add("hb_timeout", cloud.heartbeat.timeoutMs);
  lines.add("hb_failstop", cloud.heartbeat.failStopMs);
  lines.add("logger", "standard error");
}

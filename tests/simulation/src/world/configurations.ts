import { ensembleConfiguration, type EnsembleConfiguration, type ServerId } from "@branta/zookeeper-engine";
import type { Hierarchy } from "./hierarchy.ts";

/** The configuration in which these servers vote and those observe. */
export function configurationOf(
  voters: Iterable<ServerId>,
  observers: Iterable<ServerId>,
  version: number,
  hierarchy: Hierarchy | null = null,
  moved: ReadonlySet<ServerId> = new Set(),
): EnsembleConfiguration {
  const addressOf = (id: ServerId): string => `${moved.has(id) ? "elsewhere" : `h${id}`}:2888:3888`;
  const lines = [
    ...Array.from(voters, (id) => `server.${id}=${addressOf(id)}:participant`),
    ...Array.from(observers, (id) => `server.${id}=${addressOf(id)}:observer`),
    ...(hierarchy?.groups ?? []).map((members, at) => `group.${at + 1}=${members.join(":")}`),
    ...(hierarchy?.weights ?? []).map((weight, at) => `weight.${at + 1}=${weight}`),
  ];
  return readConfiguration(`${lines.join("\n")}\nversion=${version.toString(16)}`);
}

/** Configurations that are remembered at a time: more than the worlds of some seeds have. */
const KNOWN_MAX = 1000;
/** By their texts: every vote carries one, and nobody changes it. */
const known = new Map<string, EnsembleConfiguration>();

/** Reads what {@link configurationOf} writes. */
export function readConfiguration(text: string): EnsembleConfiguration {
  let configuration = known.get(text);
  if (configuration === undefined) {
    configuration = parse(text);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(text, configuration);
  }
  return configuration;
}

function parse(text: string): EnsembleConfiguration {
  const members = [...text.matchAll(/^server\.(\d+)=(\S+?:\d+):\d+:(participant|observer)$/gm)].map(
    ([, id, address = "", type]) => ({ serverId: Number(id), address, type: type as "participant" | "observer" }),
  );
  const groups = new Map(
    [...text.matchAll(/^group\.(\d+)=(\S+)$/gm)].map(([, group, ids = ""]) => [
      Number(group),
      ids.split(":").map(Number),
    ]),
  );
  const weights = new Map(
    [...text.matchAll(/^weight\.(\d+)=(-?\d+)$/gm)].map(([, id, votes]) => [Number(id), Number(votes)]),
  );
  const version = Number.parseInt(/^version=([0-9a-f]+)$/m.exec(text)?.[1] ?? "0", 16);
  return ensembleConfiguration({
    members,
    ...(groups.size > 0 ? { groups } : {}),
    ...(weights.size > 0 ? { weights } : {}),
    version,
    text,
  });
}

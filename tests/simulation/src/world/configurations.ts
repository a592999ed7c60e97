import { ensembleConfiguration, type EnsembleConfiguration, type ServerId } from "@branta/zookeeper-engine";

/** The configuration in which these servers vote and those observe. */
export function configurationOf(
  voters: Iterable<ServerId>,
  observers: Iterable<ServerId>,
  version: number,
): EnsembleConfiguration {
  const lines = [
    ...Array.from(voters, (id) => `server.${id}=h${id}:2888:3888:participant`),
    ...Array.from(observers, (id) => `server.${id}=h${id}:2888:3888:observer`),
  ];
  return readConfiguration(`${lines.join("\n")}\nversion=${version.toString(16)}`);
}

/** Reads what {@link configurationOf} writes. */
export function readConfiguration(text: string): EnsembleConfiguration {
  const members = [...text.matchAll(/^server\.(\d+)=(\S+?:\d+):\d+:(participant|observer)$/gm)].map(
    ([, id, address = "", type]) => ({ serverId: Number(id), address, type: type as "participant" | "observer" }),
  );
  const version = Number.parseInt(/^version=([0-9a-f]+)$/m.exec(text)?.[1] ?? "0", 16);
  return ensembleConfiguration({ members, version, text });
}

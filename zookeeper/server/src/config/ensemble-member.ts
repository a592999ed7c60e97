import {
  ConfigError,
  type ConfigEntry,
  type HostPort,
  portOf,
  splitHostAndPorts,
  wrongValue,
} from "@branta/foundation-config";

/** Whether a server votes. */
export type MemberType = "participant" | "observer";

/** What a `server.N` line says. */
export interface EnsembleMember {
  /** N. */
  readonly id: number;
  /** Where followers connect, one for each address of the host. */
  readonly quorumAddresses: readonly HostPort[];
  /** Where votes are exchanged, one for each address of the host. */
  readonly electionAddresses: readonly HostPort[];
  /** Where clients connect, null when the line does not say. */
  readonly clientAddress: HostPort | null;
  /** The same with TLS (3.10's second client port). */
  readonly secureClientAddress: HostPort | null;
  readonly type: MemberType;
}

const FORM = "host:port:port[:participant|observer][;[address:]port], with | between several hosts";

/**
 * Reads the value of a `server.N` key.
 *
 * `host:quorumPort:electionPort[:type][|host:…][;[address:]clientPort[;[address:]secureClientPort]]`
 */
export function parseEnsembleMember(id: number, entry: ConfigEntry, multiAddressEnabled: boolean): EnsembleMember {
  const [servers = "", client, secureClient, ...rest] = entry.value.split(";");
  if (rest.length > 0) throw wrongValue(entry, FORM);
  const parts = servers.split("|").map((server) => parseServerPart(server, entry));
  if (parts.length > 1 && !multiAddressEnabled) {
    throw new ConfigError(
      "conflict",
      `${entry.key} has several addresses, expected one, or multiAddress.enabled=true`,
      {
        key: entry.key,
        origin: entry.origin,
      },
    );
  }
  const types = new Set(parts.map((part) => part.type).filter((type) => type !== null));
  if (types.size > 1) throw wrongValue(entry, "the same role at every address");
  return {
    id,
    quorumAddresses: parts.map((part) => part.quorum),
    electionAddresses: parts.map((part) => part.election),
    clientAddress: parseClientPart(client, entry),
    secureClientAddress: parseClientPart(secureClient, entry),
    type: [...types][0] ?? "participant",
  };
}

interface ServerPart {
  readonly quorum: HostPort;
  readonly election: HostPort;
  readonly type: MemberType | null;
}

function parseServerPart(text: string, entry: ConfigEntry): ServerPart {
  const parts = splitHostAndPorts(text);
  if (parts === null || parts.length < 3 || parts.length > 4) throw wrongValue(entry, FORM);
  const [host, quorumText, electionText, typeText] = parts as [string, string, string, string?];
  const quorumPort = portOf(quorumText);
  const electionPort = portOf(electionText);
  if (host === "" || quorumPort === null || electionPort === null) throw wrongValue(entry, FORM);
  if (quorumPort === electionPort) throw wrongValue(entry, "two different ports");
  const type = memberTypeOf(typeText);
  if (type === undefined) throw wrongValue(entry, FORM);
  return { quorum: { host, port: quorumPort }, election: { host, port: electionPort }, type };
}

function parseClientPart(text: string | undefined, entry: ConfigEntry): HostPort | null {
  if (text === undefined || text === "") return null;
  const parts = splitHostAndPorts(text);
  const port = parts === null || parts.length > 2 ? null : portOf(parts.at(-1)!);
  if (parts === null || port === null) throw wrongValue(entry, FORM);
  return { host: parts.length === 2 && parts[0] !== "0.0.0.0" ? parts[0]! : null, port };
}

function memberTypeOf(text: string | undefined): MemberType | null | undefined {
  if (text === undefined) return null;
  const types: readonly MemberType[] = ["participant", "observer"];
  return types.find((type) => type === text.trim().toLowerCase());
}

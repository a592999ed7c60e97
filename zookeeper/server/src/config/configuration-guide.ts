import { ignoredSettings } from "./ignored-settings.ts";
import { settingChapters } from "./server-settings.ts";
import { propertiesOf, type Setting } from "./setting.ts";
import { tlsSettings } from "./tls-settings.ts";

const INTRODUCTION = `# Configuring the ZooKeeper server

<!-- Made from the tables of settings in zookeeper/server/src/config. Change those, then run UPDATE=1 npx vitest run configuration-guide. -->

A server takes one file, the \`zoo.cfg\` that Apache ZooKeeper takes, or \`<port> <dataDir> [tickTime] [maxClientCnxns]\`.
The file is a Java properties file in UTF-8. Keys, units and defaults are those of Apache ZooKeeper 3.9.5.

* A key that Apache's own parser does not read becomes the system property \`zookeeper.<key>\`. The other way round, every
  key below that is not marked *file only* may also be given as \`-Dzookeeper.<key>=value\`, as an argument or in
  \`SERVER_JVMFLAGS\` or \`JVMFLAGS\`. The file counts before the flags, \`JVMFLAGS\` before \`SERVER_JVMFLAGS\`.
* A wrong value stops the server with exit status 2 and one line that names file, line, key, value and what was expected.
* An unknown key is a warning with file, line and the nearest known key; with \`strict.config=yes\` it stops the server.
* Of two lines for one key the last counts, with a warning.
* *Ensemble* marks settings that a single server reads, checks and has no use for.
`;

/** The page docs/guides/zookeeper-configuration.md. */
export function renderConfigurationGuide(): string {
  const chapters = Object.entries(settingChapters).map(([title, table]) => chapter(title, Object.values(table), ""));
  return [INTRODUCTION, ...chapters, tlsChapter(), numberedKeys(), ignoredKeys()].join("\n");
}

function chapter(title: string, rows: readonly Setting[], prefix: string): string {
  const lines = rows.map(
    (row) => `| \`${prefix}${row.key}\` | ${typeText(row)} | ${defaultText(row)} | ${remarks(row)}${row.doc} |`,
  );
  return `## ${title}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
}

function typeText({ type, words, min, max }: Setting): string {
  const names = {
    int: "number",
    long: "number",
    decimal: "number",
    kilobytes: "kilobytes",
    boolean: "true, false",
    yesNo: "yes, no",
    string: "text",
    path: "path",
    list: "words, with commas",
    word: (words ?? []).map((word) => (word === "" ? "(empty)" : word)).join(", "),
  };
  const bounds = min !== undefined && max !== undefined ? ` ${min} – ${max}` : min !== undefined ? ` ≥ ${min}` : "";
  return `${names[type]}${bounds}`;
}

function defaultText({ type, default: value }: Setting): string {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return "–";
  if (type === "yesNo") return value === true ? "yes" : "no";
  if (type === "kilobytes") return String(Number(value) / 1024);
  return typeof value === "string" ? `\`${value}\`` : String(value);
}

function remarks(row: Setting): string {
  const bare = propertiesOf(row).filter((name) => name !== `zookeeper.${row.key}`);
  return [
    row.scope === "ensemble" ? "*Ensemble.* " : "",
    row.property === null ? "*File only.* " : "",
    ...bare.map((name) => `*Also* \`-D${name}\`. `),
  ].join("");
}

function tlsChapter(): string {
  const note = "\nThe same keys below `ssl.quorum.` concern the connections between servers and the admin server.\n";
  return chapter("TLS", Object.values(tlsSettings), "ssl.") + note;
}

function numberedKeys(): string {
  return `## Numbered keys

| key | meaning |
| --- | --- |
| \`server.N\` | \`host:quorumPort:electionPort[:participant\\|observer][;[address:]clientPort]\`; several hosts of one server with \`\\|\` between them when \`multiAddress.enabled\`. A single line means a server on its own. |
| \`group.N\` | Server ids of group N, separated by \`:\`, for hierarchical quorums. |
| \`weight.N\` | Votes of server N in its group; 1 when absent. |
| \`authProvider.N\` | Class name of an authentication provider of Apache's that is to be active, such as \`org.apache.zookeeper.server.auth.SASLAuthenticationProvider\`. |
`;
}

function ignoredKeys(): string {
  const lines = Object.entries(ignoredSettings).map(([key, why]) => `| \`${key}\` | ${why} |`);
  return `## Keys that are accepted and have no effect\n\n| key | what it is to Apache |\n| --- | --- |\n${lines.join("\n")}\n`;
}

import { dirname, resolve } from "node:path";

import type { Disk } from "@branta/foundation-runtime";
import type { EnsembleConfiguration } from "@branta/zookeeper-engine";

import { withDynamicConfigFile } from "../config/config-text.ts";
import { writeFileAtomically } from "../storage/index.ts";
import { readConfiguration, readMembershipText } from "./configuration-text.ts";

export interface ConfigurationFilesOptions {
  readonly disk: Disk;
  /** The zoo.cfg. */
  readonly file: string;
  readonly serverId: number;
}

/**
 * An ensemble's changing configuration beside zoo.cfg, in Apache's files: `zoo.cfg.dynamic.<version>` has the members in
 * force, zoo.cfg names it; `zoo.cfg.dynamic.next` has those that were proposed.
 */
export class ConfigurationFiles {
  readonly #options: ConfigurationFilesOptions;
  readonly #file: string;

  constructor(options: ConfigurationFilesOptions) {
    this.#options = options;
    this.#file = resolve(options.file);
  }

  /** The configuration that was proposed and is not known to be committed, null if there is none that can be read. */
  async readNext(): Promise<EnsembleConfiguration | null> {
    const { disk } = this.#options;
    if ((await disk.info(this.#nextFile)) === null) return null;
    return readConfiguration((await disk.readWhole(this.#nextFile)).toString("utf8"));
  }

  async writeNext(configuration: EnsembleConfiguration): Promise<void> {
    await writeFileAtomically(this.#options.disk, this.#nextFile, sortedLines(configuration.text).join("\n"));
  }

  /** Durable in an order that leaves a zoo.cfg with all its members at every moment. */
  async writeCommitted(configuration: EnsembleConfiguration): Promise<void> {
    const { disk, serverId } = this.#options;
    const members = sortedLines(configuration.text).filter((line) => !line.startsWith("version"));
    const dynamicFile = `${this.#file}.dynamic.${configuration.version.toString(16)}`;
    await writeFileAtomically(disk, dynamicFile, members.join("\n"));
    const text = (await disk.readWhole(this.#file)).toString("utf8");
    if (!text.includes("dynamicConfigFile")) await writeFileAtomically(disk, `${this.#file}.bak`, text);
    const own = readMembershipText(configuration.text).members.get(serverId);
    const hasClientPort = own !== undefined && own.clientAddress !== null;
    await writeFileAtomically(disk, this.#file, withDynamicConfigFile(text, dynamicFile, hasClientPort));
    const next = await this.readNext();
    if (next === null || next.version > configuration.version) return;
    await disk.remove(this.#nextFile);
    await disk.syncDirectory(dirname(this.#nextFile));
  }

  get #nextFile(): string {
    return `${this.#file}.dynamic.next`;
  }
}

function sortedLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .toSorted();
}

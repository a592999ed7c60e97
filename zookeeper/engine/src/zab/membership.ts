import { OpCode, txnEntry } from "@branta/zookeeper-protocol";
import { Reader } from "@branta/foundation-bytes";

import type { EffectQueue } from "./effect-queue.ts";
import { ConfigurationsInForce } from "./quorum/configurations-in-force.ts";
import type { Oracle } from "./quorum/oracle.ts";
import type { EnsembleConfiguration } from "./quorum/quorum-verifier.ts";
import type { DurableState, ZabOptions } from "./zab-options.ts";

/**
 * Who belongs to the ensemble: the configuration that is committed and, from its proposal to its commit, the next one. From
 * the proposal on decisions need a quorum of both, so that no two halves of a changing ensemble can each decide.
 */
export class Membership {
  readonly #effects: EffectQueue;
  readonly #read: ((text: string) => EnsembleConfiguration | null) | null;
  readonly #oracle: Oracle | null;
  #inForce: ConfigurationsInForce;

  constructor(options: ZabOptions, durable: DurableState, effects: EffectQueue, oracle: Oracle | null) {
    this.#effects = effects;
    this.#oracle = oracle;
    this.#read = options.readConfiguration ?? null;
    this.#inForce = new ConfigurationsInForce(options.configuration, durable.nextConfiguration ?? null, oracle);
    this.#recover(durable);
  }

  /**
   * The log is the truth about changes, the note of the next configuration a second write behind it: a crash in between leaves
   * a change without its note, or the note of one that was cut off.
   */
  #recover({ recent, lastZxid }: DurableState): void {
    this.forgetAfter(lastZxid);
    for (const { bytes } of recent) {
      const configuration = this.ofEntry(bytes);
      if (configuration !== null) this.see(configuration);
    }
  }

  get inForce(): ConfigurationsInForce {
    return this.#inForce;
  }

  /** Whether configurations may change at all (reconfigEnabled). */
  get isDynamic(): boolean {
    return this.#read !== null;
  }

  /** The newest configuration known, committed or not. */
  get lastSeen(): EnsembleConfiguration {
    return this.#inForce.next ?? this.#inForce.committed;
  }

  /** @returns null where configurations do not change, or for text that is none */
  read(text: string | null): EnsembleConfiguration | null {
    return text === null || this.#read === null ? null : this.#read(text);
  }

  /** The configuration that a transaction brings, null for nearly all. */
  ofEntry(bytes: Buffer): EnsembleConfiguration | null {
    if (this.#read === null || bytes.length < HEADER_BYTES || bytes.readInt32BE(TYPE_OFFSET) !== OpCode.reconfig)
      return null;
    const { txn } = txnEntry.decode(new Reader(bytes));
    return txn.type === OpCode.reconfig && txn.data !== null ? this.read(txn.data.toString("utf8")) : null;
  }

  /** A newer configuration was proposed: from now on its quorums count, too. */
  see(configuration: EnsembleConfiguration): void {
    if (configuration.version <= this.lastSeen.version) return;
    this.#inForce = new ConfigurationsInForce(this.#inForce.committed, configuration, this.#oracle);
    this.#effects.persist({ kind: "nextConfiguration", configuration });
    this.#tell();
  }

  /**
   * What this server had logged after `zxid` is not history: a change that was proposed there never happened. To keep it would
   * ask for quorums of servers that may not exist, and a leader that keeps it would put it into force with its epoch.
   */
  forgetAfter(zxid: number): void {
    const { committed, next } = this.#inForce;
    if (next === null || next.version <= zxid) return;
    this.#inForce = new ConfigurationsInForce(committed, null, this.#oracle);
    this.#effects.persist({ kind: "nextConfiguration", configuration: committed });
    this.#tell();
  }

  /** The configuration is committed. @returns whether that is news, beyond its version */
  commit(configuration: EnsembleConfiguration): boolean {
    const { committed, next } = this.#inForce;
    if (configuration.version <= committed.version) return false;
    this.#inForce = new ConfigurationsInForce(configuration, next, this.#oracle);
    this.#effects.persist({ kind: "configuration", configuration });
    this.#tell();
    return membersOf(configuration) !== membersOf(committed);
  }

  #tell(): void {
    const { committed, next } = this.#inForce;
    this.#effects.push({ kind: "configured", committed, next });
  }
}

/** A configuration from the file gets the zxid of the first leader as its version, so that it counts as agreed upon. */
export function withVersion(configuration: EnsembleConfiguration, version: number): EnsembleConfiguration {
  const text = configuration.text.replace(/^version=.*$/m, `version=${version.toString(16)}`);
  return { ...configuration, version, text };
}

/** Of a TxnHeader: clientId, cxid, zxid, time, type. */
const TYPE_OFFSET = 28;
const HEADER_BYTES = 32;

function membersOf({ text }: EnsembleConfiguration): string {
  return text.replace(/^version=.*$/m, "").trim();
}

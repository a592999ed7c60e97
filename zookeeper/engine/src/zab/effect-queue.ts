import type { Notification } from "@branta/zookeeper-protocol";

import {
  AT_ONCE,
  type DurableWrite,
  type Effect,
  type LinkId,
  type LogEntry,
  type PersistToken,
  type PlainPacket,
  type PromisingPacket,
  type RoleStatus,
  type ServerId,
} from "./effects.ts";

/** Collects a step's effects in order and hands out the tokens of its writes. */
export class EffectQueue {
  #effects: Effect[] = [];
  #lastToken: PersistToken;

  constructor(lastToken: PersistToken) {
    this.#lastToken = lastToken;
  }

  /** Stands for everything that was asked to be durable so far. */
  get lastToken(): PersistToken {
    return this.#lastToken;
  }

  /** The effects since the last call. */
  take(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  push(effect: Exclude<Effect, { readonly kind: "persist" | "send" | "notify" }>): void {
    this.#effects.push(effect);
  }

  persist(write: DurableWrite): PersistToken {
    this.#lastToken = (this.#lastToken + 1) as PersistToken;
    this.#effects.push({ kind: "persist", token: this.#lastToken, write });
    return this.#lastToken;
  }

  /** Sends what promises nothing about this server's disk. */
  send(link: LinkId, packet: PlainPacket): void {
    this.#effects.push({ kind: "send", link, packet, after: AT_ONCE });
  }

  /** Sends a promise: it leaves when `after`, and everything written before it, is durable. */
  promise(link: LinkId, packet: PromisingPacket, after: PersistToken): void {
    this.#effects.push({ kind: "send", link, packet, after });
  }

  /** A vote tells of the log and the epoch on disk, all that was written so far. */
  notify(to: ServerId, notification: Notification): void {
    this.#effects.push({ kind: "notify", to, notification, after: this.#lastToken });
  }

  commit(entry: LogEntry): void {
    this.#effects.push({ kind: "commit", entry });
  }

  closeLink(link: LinkId, reason: string): void {
    this.#effects.push({ kind: "closeLink", link, reason });
  }

  role(status: RoleStatus): void {
    this.#effects.push({ kind: "role", status });
  }

  log(level: "info" | "warn", message: string): void {
    this.#effects.push({ kind: "log", level, message });
  }
}

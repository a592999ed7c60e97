import type { ErrorCode, Id, TxnEntry } from "@branta/zookeeper-protocol";

import { AuthRegistry } from "../auth/auth-registry.ts";
import { authSettings } from "../auth/auth-settings.ts";
import { applyTxn, type TxnResult } from "../data-tree/apply-txn.ts";
import { DataTree } from "../data-tree/data-tree.ts";
import { type PreparerOptions, RequestPreparer, type WriteRequest } from "../prepare/request-preparer.ts";
import { type Session, SessionTracker } from "../session/session-tracker.ts";
import type { WatchEvent } from "../watch/watch-manager.ts";

export interface LittleServerOptions extends Partial<Omit<PreparerOptions, "auth">> {
  readonly extendedTypes?: boolean;
  readonly properties?: ReadonlyMap<string, string>;
}

/** The engine without network and disk: what is prepared waits in a list until it is applied. */
export class LittleServer {
  readonly tree: DataTree<object>;
  readonly sessions = new SessionTracker({ tickTimeMs: 1000, nowMs: 0, firstId: 1n });
  readonly events: WatchEvent[] = [];
  readonly session: Session;
  readonly #preparer: RequestPreparer<object>;
  #prepared: TxnEntry[] = [];
  timeMs = 1000;
  authInfo: readonly Id[] = [];

  constructor(options: LittleServerOptions = {}) {
    const ownerRules = { extendedTypes: options.extendedTypes ?? true, emulate353: false };
    this.tree = new DataTree<object>({ ownerRules, deliver: (_client, event) => this.events.push(event) });
    this.tree.createBuiltIns();
    this.#preparer = new RequestPreparer(this.tree, this.sessions, {
      auth: new AuthRegistry(authSettings(options.properties ?? new Map<string, string>())),
      digestEnabled: options.digestEnabled ?? true,
      closeSessionTxnEnabled: options.closeSessionTxnEnabled ?? true,
      enforceQuota: options.enforceQuota ?? false,
      reconfigEnabled: options.reconfigEnabled ?? false,
    });
    this.session = this.newSession();
  }

  newSession(): Session {
    return this.sessions.track(this.sessions.nextId(), 4000, 0);
  }

  /** Prepares a request and leaves it waiting. */
  prepare(request: WriteRequest, session: Session | null = this.session): TxnEntry {
    this.timeMs++;
    const { timeMs, authInfo } = this;
    const entry = this.#preparer.prepare(request, { sessionId: session?.id ?? 0n, session, cxid: 1, authInfo, timeMs });
    this.#prepared.push(entry);
    return entry;
  }

  /** Applies the oldest that wait, all by default, and checks each one's foretold digest. */
  apply(count = this.#prepared.length): TxnResult[] {
    const entries = this.#prepared.slice(0, count);
    this.#prepared = this.#prepared.slice(count);
    return entries.map((entry) => {
      const result = applyTxn(this.tree, entry);
      this.#preparer.applied(entry.header.zxid);
      const digest = this.tree.znodes.digest.toBigInt();
      if (entry.digest !== null && entry.digest.treeDigest !== digest) {
        throw new Error(`Digest after zxid ${entry.header.zxid} is ${digest}, foretold was ${entry.digest.treeDigest}`);
      }
      return result;
    });
  }

  /** Carries out one request from beginning to end. */
  run(request: WriteRequest, session: Session | null = this.session): TxnResult {
    this.prepare(request, session);
    return this.apply().at(-1)!;
  }

  err(request: WriteRequest, session: Session | null = this.session): ErrorCode {
    return this.run(request, session).err;
  }
}

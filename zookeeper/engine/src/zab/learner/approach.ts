import type { LinkId, ServerId } from "../effects.ts";
import type { Place } from "../observers/master-choice.ts";
import type { RoleContext } from "../role.ts";

/** Apache waits so long between attempts to connect to a leader, and makes five. */
const REDIAL_MS = 100;
const REDIALS_MAX = 4;

export interface ApproachOptions {
  readonly leader: ServerId;
  readonly isObserver: boolean;
  newLink(): LinkId;
  /** There is a wait, milliseconds, in which nothing can be heard. */
  onWait(ms: number): void;
}

/** A learner's way to whom it follows, the leader or an observer's choice of voters: connects, and tries again. */
export class Approach {
  readonly #context: RoleContext;
  readonly #options: ApproachOptions;
  #place: Place;
  #redialsLeft = REDIALS_MAX;
  #dialAtMs = Infinity;
  /** The connection, or the one that is being made; 0 before. */
  link: LinkId = 0;

  constructor(context: RoleContext, options: ApproachOptions, nowMs: number) {
    this.#context = context;
    this.#options = options;
    this.#place = this.#choose();
    if (this.#place.delayMs > 0) this.#dialAtMs = nowMs + this.#place.delayMs;
    else this.#dial();
  }

  get nextDeadlineMs(): number {
    return this.#dialAtMs;
  }

  /** Whom it leads to, in two words. */
  get whom(): string {
    const { server, port } = this.#place;
    return port === "quorum" ? `leader ${server}` : `server ${server}`;
  }

  /**
   * The connection has ended before a word was said: the other's own election may not be over, and something between the two may
   * answer for it. Of observers' masters another one may do.
   *
   * @param wasOpen false where it could not be made
   * @returns whether there will be another attempt
   */
  triesAgain(wasOpen: boolean, nowMs: number): boolean {
    const hasOthers = this.#place.port === "observers";
    if (this.#redialsLeft === 0 || !(wasOpen || hasOthers)) return false;
    this.#redialsLeft--;
    if (hasOthers) this.#place = this.#choose();
    this.#dialAtMs = nowMs + REDIAL_MS + (hasOthers ? this.#place.delayMs : 0);
    return true;
  }

  /** The connection is there: says who this server is, and which epoch it has accepted. */
  introduce(): void {
    const { effects, epochs, options, inForce } = this.#context;
    const kind = this.#options.isObserver ? "observerInfo" : "followerInfo";
    const { serverId } = options;
    const configVersion = inForce.committed.version;
    const info = { kind, acceptedEpoch: epochs.accepted, serverId, protocolVersion: 0x10000, configVersion } as const;
    effects.promise(this.link, info, effects.lastToken);
  }

  time(nowMs: number): void {
    if (nowMs < this.#dialAtMs) return;
    this.#dialAtMs = Infinity;
    this.#dial();
  }

  #choose(): Place {
    const { leader, isObserver, onWait } = this.#options;
    if (!isObserver) return { server: leader, port: "quorum", delayMs: 0 };
    const { masters, inForce } = this.#context;
    const place = masters.next(leader, inForce.committed);
    if (place.delayMs > 0) onWait(place.delayMs);
    return place;
  }

  #dial(): void {
    const { server, port } = this.#place;
    this.link = this.#options.newLink();
    this.#context.effects.push({ kind: "dial", link: this.link, server, port });
  }
}

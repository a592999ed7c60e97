import type { EffectQueue } from "./effect-queue.ts";
import { Epochs } from "./epochs.ts";
import { History } from "./history.ts";
import { Membership } from "./membership.ts";
import { MasterChoice } from "./observers/master-choice.ts";
import type { ConfigurationsInForce } from "./quorum/configurations-in-force.ts";
import { Oracle } from "./quorum/oracle.ts";
import type { RoleContext } from "./role.ts";
import type { DurableState, ZabOptions } from "./zab-options.ts";

/**
 * What the roles of a server share. A class, because a literal with a getter is a dictionary to V8, in which every step would
 * look up its parts by name.
 */
export class PeerContext implements RoleContext {
  readonly options: ZabOptions;
  readonly effects: EffectQueue;
  readonly oracle: Oracle | null;
  readonly membership: Membership;
  readonly history: History;
  readonly epochs: Epochs;
  readonly masters: MasterChoice;
  readonly leave: RoleContext["leave"];

  constructor(options: ZabOptions, durable: DurableState, effects: EffectQueue, leave: RoleContext["leave"]) {
    this.options = options;
    this.effects = effects;
    this.oracle = options.hasOracle === true ? new Oracle() : null;
    this.membership = new Membership(options, durable, effects, this.oracle);
    this.history = new History(durable, effects, options.windowEntries);
    this.epochs = new Epochs(durable, effects);
    this.masters = new MasterChoice(options.observing ?? null);
    this.leave = leave;
  }

  get inForce(): ConfigurationsInForce {
    return this.membership.inForce;
  }
}

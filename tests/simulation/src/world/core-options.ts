import type { EnsembleConfiguration, ObservingOptions, ServerId, ZabOptions } from "@branta/zookeeper-engine";

/**
 * A core's options as one kind of object, whatever they say: the core reads them in every step, and V8 is slow with what has
 * many shapes. What is not named here is handed on all the same.
 */
export class CoreOptions implements ZabOptions {
  readonly serverId!: ServerId;
  readonly configuration!: EnsembleConfiguration;
  readonly tickMs!: number;
  readonly initLimitTicks!: number;
  readonly syncLimitTicks!: number;
  readonly minNotificationMs!: number;
  readonly maxNotificationMs!: number;
  readonly finalizeWaitMs!: number;
  readonly readConfiguration?: (text: string) => EnsembleConfiguration | null;
  readonly hasOracle?: boolean;
  readonly observing?: ObservingOptions;
  readonly windowEntries!: number;

  constructor(options: ZabOptions) {
    Object.assign(this, options);
  }
}

import type { EnsembleConfiguration, ObservingOptions, ServerId, ZabOptions } from "@branta/zookeeper-engine";

/**
 * A core's options as one kind of object, whatever they say: the core reads them in every step, and V8 is slow with what has
 * many shapes.
 */
export class CoreOptions implements ZabOptions {
  readonly serverId: ServerId;
  readonly configuration: EnsembleConfiguration;
  readonly tickMs: number;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
  readonly minNotificationMs: number;
  readonly maxNotificationMs: number;
  readonly finalizeWaitMs: number;
  readonly readConfiguration?: (text: string) => EnsembleConfiguration | null;
  readonly hasOracle: boolean;
  readonly observing?: ObservingOptions;
  readonly windowEntries: number;

  /** @param configuration the one that the server has found on its disk */
  constructor(options: ZabOptions, configuration: EnsembleConfiguration) {
    this.serverId = options.serverId;
    this.configuration = configuration;
    this.tickMs = options.tickMs;
    this.initLimitTicks = options.initLimitTicks;
    this.syncLimitTicks = options.syncLimitTicks;
    this.minNotificationMs = options.minNotificationMs;
    this.maxNotificationMs = options.maxNotificationMs;
    this.finalizeWaitMs = options.finalizeWaitMs;
    if (options.readConfiguration !== undefined) this.readConfiguration = options.readConfiguration;
    this.hasOracle = options.hasOracle ?? false;
    if (options.observing !== undefined) this.observing = options.observing;
    this.windowEntries = options.windowEntries;
  }
}

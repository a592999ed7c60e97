import type { Logger } from "@branta/foundation-observe";

import { ExitCode } from "./exit-code.ts";

/** What a stop may take before the process ends without having finished it. */
const STOP_MS_MAX = 5_000;

/** What {@link stopOnSignals} uses of a process. */
export type SignalledProcess = Pick<NodeJS.Process, "on" | "exit">;

/**
 * Ends the process as SIGTERM and SIGINT ask: the first time by `stop`, for at most five seconds, the second time at
 * once. Nothing that was acknowledged is lost either way, as that is on disk.
 */
export function stopOnSignals(options: {
  readonly logger: Logger;
  stop(): Promise<void>;
  readonly process?: SignalledProcess;
}): void {
  const { logger } = options;
  const target = options.process ?? process;
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) {
      logger.warn(`Ending at once: ${signal} came again`);
      target.exit(ExitCode.unexpected);
      return;
    }
    stopping = true;
    logger.info(`Stopping: ${signal}`);
    setTimeout(() => {
      logger.warn(`Ending without having finished: stopping took longer than ${STOP_MS_MAX} ms`);
      target.exit(ExitCode.ok);
    }, STOP_MS_MAX).unref();
    options.stop().then(
      () => target.exit(ExitCode.ok),
      (error: unknown) => {
        logger.error("Cannot stop in order", { error });
        target.exit(ExitCode.unexpected);
      },
    );
  };
  target.on("SIGTERM", onSignal);
  target.on("SIGINT", onSignal);
}

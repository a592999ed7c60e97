import { ConfigError } from "@branta/foundation-config";
import { TlsError } from "@branta/foundation-net";
import { createLogger, type Logger } from "@branta/foundation-observe";
import { AuthConfigError } from "@branta/zookeeper-engine";

import { parseServerConfig } from "./config/parse-server-config.ts";
import type { ServerConfig } from "./config/server-config.ts";
import { ListenError } from "./connection/listen-error.ts";
import { StandaloneServer } from "./standalone/standalone-server.ts";
import { StorageError } from "./storage/index.ts";
import { openClientSecurity } from "./tls/index.ts";

/** Exit codes as Apache's (ExitCode), where it has one for the case. */
const Exit = { ok: 0, unexpected: 1, badInvocation: 2, noData: 3, adminServer: 4, badWrite: 10 } as const;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    component: "server",
    myid: String(config.serverId),
  });
  for (const warning of config.warnings) logger.warn(warning.message);
  try {
    await serve(config, logger);
  } catch (error) {
    fail(error, logger);
  }
}

function readConfig(): ServerConfig {
  try {
    return parseServerConfig({ argv: process.argv.slice(2), env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}

async function serve(config: ServerConfig, logger: Logger): Promise<void> {
  const { guards, newSaslServer } = await openClientSecurity(config, logger);
  const server = await StandaloneServer.start({
    config,
    logger,
    guards,
    newSaslServer,
    onFatal(error) {
      logger.fatal("Cannot write to disk: ending, for nothing more could be promised", { error });
      process.exit(Exit.badWrite);
    },
  });
  logger.info(`Serving clients on port ${server.view.clientPort}`);
  const stop = (): void => {
    logger.info("Stopping");
    server[Symbol.asyncDispose]().then(
      () => process.exit(Exit.ok),
      (error: unknown) => fail(error, logger),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function fail(error: unknown, logger: Logger): never {
  if (isForOperators(error)) logger.error(error.message);
  else logger.error("Unexpected error", { error });
  process.exit(error instanceof StorageError ? Exit.noData : Exit.unexpected);
}

/** Errors whose message says all there is to say; others show where they came from. */
function isForOperators(error: unknown): error is Error {
  return [StorageError, ListenError, TlsError, AuthConfigError].some((kind) => error instanceof kind);
}

await main();

import { ConfigError } from "@branta/foundation-config";
import { LogError } from "@branta/foundation-log";
import { KeyStoreError, TlsError } from "@branta/foundation-net";
import { createLogger, type Logger } from "@branta/foundation-observe";
import { DiskError, NodeNetwork } from "@branta/foundation-runtime";
import { AuthConfigError } from "@branta/zookeeper-engine";

import { loadQuorumSasl } from "../auth/load-quorum-sasl.ts";
import { parseServerConfig } from "../config/parse-server-config.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { ListenError } from "../connection/listen-error.ts";
import { EnsembleServer } from "../ensemble/ensemble-server.ts";
import { saslNetworks } from "../ensemble/sasl-network.ts";
import { type AuditLog, openAuditLog } from "../operator/audit-log.ts";
import { type OperatorServices, startOperatorServices } from "../operator/operator-services.ts";
import { StorageError } from "../storage/index.ts";
import { loadAdminTls, openClientSecurity, QuorumTls, reloadLog } from "../tls/index.ts";
import { ExitCode } from "./exit-code.ts";
import { StandaloneServer } from "./standalone-server.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** Runs a server, by itself or as one of an ensemble, until a signal ends it, or an error does. */
export async function main(argv: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(argv, env);
  const { logLevel: level, logFormat: format } = config;
  const logger = createLogger({ level, format, component: "server", myid: String(config.serverId) });
  endOnUnexpected(logger);
  const auditLogger = logger.child("audit");
  const audit = openAuditLog({
    enabled: config.auditEnable,
    sink: (line, severity) => auditLogger[severity](line),
  });
  for (const warning of config.warnings) logger.warn(warning.message);
  try {
    await serve(config, logger, audit);
  } catch (error) {
    audit.serverStartFailed();
    fail(error, logger);
  }
}

function readConfig(argv: string[], env: NodeJS.ProcessEnv): ServerConfig {
  try {
    return parseServerConfig({ argv, env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}

async function serve(config: ServerConfig, logger: Logger, audit: AuditLog): Promise<void> {
  const security = await openClientSecurity(config, logger);
  const quorumTls = config.isDistributed ? await QuorumTls.open(config, { onReload: reloadLog(logger) }) : null;
  const network = new NodeNetwork(quorumTls);
  const sasl = config.isDistributed ? await loadQuorumSasl(config) : null;
  const kind = config.isDistributed ? EnsembleServer : StandaloneServer;
  const server = await kind.start({
    config,
    logger,
    audit: config.auditEnable ? audit : null,
    guards: security.guards,
    ...saslNetworks(network, sasl),
    newSaslServer: security.newSaslServer,
    onFatal(error) {
      const isDisk = error instanceof DiskError || error instanceof LogError;
      const attempt = isDisk ? "Cannot write to disk" : "Cannot go on";
      logger.fatal(`${attempt}: ending, for nothing more could be promised`, { error });
      process.exit(isDisk ? ExitCode.badWrite : exitCodeOf(error));
    },
  });
  logger.info(`Serving clients on port ${server.view.clientPort}`);
  // Clients are served already: loading an HTTP server takes longer than all before.
  let services: OperatorServices | null = null;
  stopOnSignals({
    logger,
    async stop() {
      audit.serverStopped();
      await Promise.all([server[Symbol.asyncDispose](), services?.[Symbol.asyncDispose]()]);
      security[Symbol.dispose]();
      quorumTls?.[Symbol.dispose]();
    },
  });
  services = await startOperatorServices({ view: server.view, log: logger, tls: await loadAdminTls(config) });
  audit.serverStarted();
}

/** What nobody thought of leaves a server in a state that nobody thought of: it must not go on serving. */
function endOnUnexpected(logger: Logger): void {
  process.on("uncaughtException", (error) => {
    logger.fatal("Ending, after an error that nobody expected", { error });
    process.exit(ExitCode.unexpected);
  });
  process.on("unhandledRejection", (error) => {
    logger.fatal("Ending, after a rejection that nobody handled", { error });
    process.exit(ExitCode.unexpected);
  });
}

function fail(error: unknown, logger: Logger): never {
  if (isForOperators(error)) logger.error(error.message);
  else logger.error("Unexpected error", { error });
  process.exit(exitCodeOf(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof StorageError) return ExitCode.noData;
  const { exitCode } = error as { exitCode?: unknown };
  return typeof exitCode === "number" ? exitCode : ExitCode.unexpected;
}

/** Errors whose message says all there is to say; others show where they came from. */
function isForOperators(error: unknown): error is Error {
  if (error instanceof Error && error.name === "AdminServerError") return true;
  return [ConfigError, StorageError, ListenError, TlsError, KeyStoreError, AuthConfigError].some(
    (kind) => error instanceof kind,
  );
}

import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Server as SocketServer,
  type Socket,
} from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { Logger } from "@branta/foundation-observe";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { ServerConfig } from "../config/server-config.ts";
import { AdminCommands, adminCommandNames, responseFields } from "./admin-commands.ts";
import { formatJson } from "./admin-json.ts";
import type { ServerView } from "./server-view.ts";

/** First byte of a TLS connection. */
const TLS_HANDSHAKE = 0x16;

/** Why the admin server could not be started. */
export class AdminServerError extends Error {
  override readonly name = "AdminServerError";
  readonly code: "cannotListen" | "missingStores";
  /** Exit status of a server on its own that cannot start its admin server. */
  readonly exitCode: number = 4;

  constructor(code: AdminServerError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A running admin server; disposing stops it. */
export interface AdminServer extends AsyncDisposable {
  readonly port: number;
}

/** What {@link startAdminServer} needs. */
export interface AdminServerOptions {
  readonly view: ServerView;
  readonly log: Logger;
  /** Key, certificate and trusted certificates, when `admin.forceHttps` or `admin.portUnification` asks for TLS. */
  readonly tls?: SecureContextOptions | undefined;
}

/**
 * Starts the HTTP server for admin commands on `admin.serverAddress` and `admin.serverPort` (0: any free port).
 * A server on its own ends with status 4 when this fails, as Apache's does; a member of an ensemble goes on.
 * @throws AdminServerError
 */
export async function startAdminServer({ view, log, tls }: AdminServerOptions): Promise<AdminServer> {
  const { adminServerAddress, adminServerPort, adminCommandUrl, adminForceHttps, adminPortUnification } = view.config;
  const app = await buildApplication(view, log);
  const plain = configured(createServer(app.routing), view);
  let front: Server | SocketServer = plain;
  if (adminForceHttps || adminPortUnification) {
    if (tls === undefined) {
      throw new AdminServerError(
        "missingStores",
        "cannot serve admin commands over TLS, expected ssl.quorum.keyStore.*",
      );
    }
    const clientAuth = {
      requestCert: view.config.adminNeedClientAuth,
      rejectUnauthorized: view.config.adminNeedClientAuth,
    };
    const secure = configured(createSecureServer({ ...tls, ...clientAuth }, app.routing), view);
    front = adminForceHttps ? secure : unified(plain, secure);
  }
  await listen(front, adminServerAddress, adminServerPort, adminCommandUrl);
  const sockets = new Set<Socket>();
  front.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const { port } = front.address() as AddressInfo;
  log.info(`serving admin commands on ${adminServerAddress}:${port}${adminCommandUrl}`);
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void front.close(() => resolve()));
      await app.close();
    },
  };
}

function configured(server: Server, view: ServerView): Server {
  server.keepAliveTimeout = view.config.adminIdleTimeoutMs;
  return server;
}

function listen(server: Server | SocketServer, host: string, port: number, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `cannot serve admin commands on address "${host}", port ${port}, URL "${url}": ${cause.message}`;
      reject(new AdminServerError("cannotListen", message, cause));
    });
    server.listen(port, host, resolve);
  });
}

/** One port for HTTP and HTTPS: the first byte tells which. */
function unified(plain: Server, secure: Server): SocketServer {
  return createSocketServer((socket: Socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit("connection", socket);
    });
  });
}

async function buildApplication(view: ServerView, log: Logger): Promise<FastifyInstance> {
  const app = fastify({ logger: false, exposeHeadRoutes: true });
  const commands = new AdminCommands(view, log);
  const base = view.config.adminCommandUrl;
  const handler = (request: FastifyRequest, reply: FastifyReply) => answer(commands, view.config, request, reply);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  for (const url of [base, `${base}/`, `${base}/*`]) {
    app.get(url, handler);
    app.post(url, handler);
    app.route({
      method: ["PUT", "DELETE", "PATCH", "OPTIONS"],
      url,
      handler: (_request, reply) => reply.code(405).send(),
    });
    app.route({ method: ["TRACE"], url, handler: (_request, reply) => reply.code(403).send() });
  }
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type("text/html").send("<html><body><h2>HTTP ERROR 404 Not Found</h2></body></html>\n"),
  );
  app.setErrorHandler((error, _request, reply) => {
    log.error("an admin command failed", { error });
    return reply.code(500).type("application/json").send('{"error": "Exception writing command response to JSON"}');
  });
  await app.ready();
  return app;
}

async function answer(commands: AdminCommands, config: ServerConfig, request: FastifyRequest, reply: FastifyReply) {
  const command = (request.params as { "*"?: string })["*"] ?? "";
  if (command === "") return reply.type("text/html").send(commandList(config.adminCommandUrl));
  const response = await commands.run({
    method: request.method === "POST" ? "POST" : "GET",
    command,
    parameters: firstValues(request.query as Record<string, string | string[]>),
    authorization: request.headers.authorization ?? null,
    remoteAddress: remoteAddressOf(request, config.ipUseXForwardedFor),
    body: bodyOf(request),
  });
  void reply.code(response.status).headers(response.headers);
  if (response.stream !== null) return reply.type("application/octet-stream").send(response.stream);
  // Bytes, as fastify adds a charset to texts and Apache names none.
  return reply.type("application/json").send(Buffer.from(formatJson(responseFields(response))));
}

/** The client's address, or the one that a proxy names if the configuration trusts it. */
function remoteAddressOf(request: FastifyRequest, useForwarded: boolean): string {
  const forwarded = request.headers["x-forwarded-for"];
  const named = useForwarded && forwarded !== undefined ? String(forwarded).split(",", 1)[0]!.trim() : "";
  return named === "" ? (request.socket.remoteAddress ?? "") : named;
}

function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  return request.raw as IncomingMessage;
}

function firstValues(query: Readonly<Record<string, string | string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0]! : value]),
  );
}

function commandList(base: string): string {
  return adminCommandNames.map((name) => `<a href="${base}/${name}">${name}</a>\n<br/>\n`).join("");
}

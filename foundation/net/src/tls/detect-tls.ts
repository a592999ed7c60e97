import type { Socket } from "node:net";
import { TlsError } from "./tls-error.ts";

/** The first byte of every TLS connection: a handshake record. */
const HANDSHAKE_RECORD = 0x16;

/**
 * Tells by its first byte whether a fresh connection speaks TLS, so that both kinds can share a port. No byte is lost: what
 * was read is put back, and the socket does not flow until whoever serves it listens to its data.
 *
 * @throws TlsError "timeout" when nothing comes in time, "closed" when the connection ends first; the socket is destroyed.
 */
export function detectTls(socket: Socket, options: { readonly timeoutMs: number }): Promise<"tls" | "plain"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      fail(
        new TlsError(
          "timeout",
          `Cannot tell whether ${peerOf(socket)} speaks TLS: no byte within ${options.timeoutMs} ms`,
        ),
      );
    }, options.timeoutMs);
    const settle = () => {
      clearTimeout(timer);
      socket.off("readable", look);
      socket.off("error", fail);
      socket.off("close", closed);
    };
    const look = () => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      settle();
      socket.unshift(bytes);
      resolve(bytes[0] === HANDSHAKE_RECORD ? "tls" : "plain");
    };
    const fail = (error: Error) => {
      settle();
      // A late error of the socket has no one else to listen to it.
      socket.on("error", () => {});
      socket.destroy();
      reject(
        error instanceof TlsError
          ? error
          : new TlsError("closed", `Cannot serve ${peerOf(socket)}: ${error.message}`, error),
      );
    };
    const closed = () =>
      fail(new TlsError("closed", `Cannot serve ${peerOf(socket)}: it closed before its first byte`));
    socket.on("readable", look);
    socket.on("error", fail);
    socket.on("close", closed);
    socket.on("end", closed);
  });
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? "a client"}:${socket.remotePort ?? 0}`;
}

import { connect } from "node:net";

const ANSWER_TIMEOUT_MS = 500;

/** Where a server listens; on this machine unless it says. */
interface Listening {
  readonly port: number;
  readonly address?: string;
}

/** `leader`, `follower`, or null from a server that does not serve or does not answer. */
export function modeOf(server: Listening): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ port: server.port, host: server.address ?? "127.0.0.1" });
    let answer = "";
    const finish = (): void => {
      socket.destroy();
      resolve(/^Mode: (\w+)$/m.exec(answer)?.[1] ?? null);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, finish);
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.on("error", finish);
    socket.on("close", finish);
    socket.write("srvr");
  });
}

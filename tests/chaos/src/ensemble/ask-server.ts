import { connect } from "node:net";
import type { ServerProcess } from "@branta/tests-kit";

const ANSWER_TIMEOUT_MS = 500;

/** A server's answer to a four-letter word; empty from one that does not answer. */
export function askServer(server: ServerProcess, word: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: server.port, host: "127.0.0.1" });
    let answer = "";
    const finish = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, finish);
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.on("error", finish);
    socket.on("close", finish);
    socket.write(word);
  });
}

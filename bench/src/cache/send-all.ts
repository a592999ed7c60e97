import { connect } from "node:net";

const BATCH_REQUESTS = 500;
const LF = 0x0a;

/** Sends requests, each with a reply of one line, some hundred at a time; resolves when all are answered. */
export async function sendAll(port: number, requests: Iterable<string>): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const count = { sent: 0, answered: 0 };
  let wake: () => void = () => undefined;
  socket.on("data", (chunk: Buffer) => {
    for (const byte of chunk) if (byte === LF) count.answered++;
    wake();
  });
  let batch: string[] = [];
  const flush = async (): Promise<void> => {
    count.sent += batch.length;
    socket.write(batch.join(""), "latin1");
    batch = [];
    while (count.answered < count.sent) await new Promise<void>((resolve) => (wake = resolve));
  };
  for (const request of requests) if (batch.push(request) === BATCH_REQUESTS) await flush();
  await flush();
  socket.destroy();
}

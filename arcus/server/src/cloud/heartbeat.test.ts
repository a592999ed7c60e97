import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Heartbeat } from "./heartbeat.ts";

const silent = { warn: () => {}, info: () => {}, debug: () => {} };

let server: Server | undefined;
afterEach(() => server?.close());

/** A port whose connections are handled so. */
function listen(answer: string | null): Promise<number> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    if (answer !== null) socket.write(answer);
  });
  return new Promise((done) => {
    server!.listen(0, "127.0.0.1", () => done((server!.address() as { port: number }).port));
  });
}

describe("the limits of a heartbeat", () => {
  it("are zero without a cloud", () => {
    expect(new Heartbeat(silent)).toMatchObject({ timeoutMs: 0, failStopMs: 0 });
  });

  it("stay in their ranges, and the timeout below the limit of all", () => {
    const heartbeat = new Heartbeat(silent);
    heartbeat.start(1, () => {});
    heartbeat.stop();
    expect(heartbeat).toMatchObject({ timeoutMs: 10_000, failStopMs: 60_000 });
    for (const bad of [49, 300_001, 60_001]) expect(heartbeat.setTimeoutMs(bad)).toBe(false);
    for (const bad of [1, 2_999, 300_001, 9_999]) expect(heartbeat.setFailStopMs(bad)).toBe(false);
    expect(heartbeat.setFailStopMs(10_000)).toBe(true);
    expect(heartbeat.setFailStopMs(0)).toBe(true);
    expect(heartbeat.setTimeoutMs(300_000)).toBe(true);
    expect(heartbeat).toMatchObject({ timeoutMs: 300_000, failStopMs: 0 });
  });
});

describe("a heartbeat", () => {
  it("counts what is answered", async () => {
    const heartbeat = new Heartbeat(silent, 1);
    heartbeat.start(await listen("STORED\r\n"), () => {});
    await expect.poll(() => heartbeat.count).toBeGreaterThan(2);
    heartbeat.stop();
  });

  it("does not hold it against the node when it cannot connect", async () => {
    const port = await listen(null);
    server!.close();
    let failures = 0;
    const heartbeat = new Heartbeat(silent, 1);
    heartbeat.start(port, () => failures++);
    await expect.poll(() => heartbeat.count).toBeGreaterThan(2);
    heartbeat.stop();
    expect(failures).toBe(0);
  });

  it("ends a node that has not answered for too long", async () => {
    let failures = 0;
    const heartbeat = new Heartbeat(silent, 1);
    heartbeat.start(await listen(null), () => failures++);
    expect(heartbeat.setTimeoutMs(1_000)).toBe(true);
    expect(heartbeat.setFailStopMs(3_000)).toBe(true);
    await expect.poll(() => failures, { timeout: 20_000 }).toBe(1);
    expect(heartbeat.latencyMs).toBeGreaterThan(3_000);
    heartbeat.stop();
  }, 25_000);
});

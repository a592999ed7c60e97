import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import type { NetworkError } from "./network-error.ts";
import type { Link, Listener, ListenOptions, Network } from "./network.ts";
import { NodeNetwork } from "./node-network.ts";
import { SeededRandom } from "./random.ts";
import { SimulatedNetwork } from "./simulated-network.ts";

/** A network, and how to let time go by in it. */
interface World {
  readonly network: Network;
  /** Waits a moment. */
  pass(): Promise<void>;
}

function simulatedWorld(): World {
  const clock = new ManualClock();
  const network = new SimulatedNetwork({ clock, random: new SeededRandom(1) }).host("a");
  return { network, pass: () => turnsOf(clock, 1) };
}

async function turnsOf(clock: ManualClock, elapsedMs: number): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  clock.advance(elapsedMs);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const nodeWorld = (): World => ({
  network: new NodeNetwork(),
  pass: () => new Promise((resolve) => setTimeout(resolve, 1)),
});

/** Whatever happened to one end of a connection. */
class Ear {
  readonly link: Link;
  readonly #chunks: Buffer[] = [];
  heardBytes = 0;
  closed: NetworkError | null | undefined = undefined;
  drains = 0;

  constructor(link: Link) {
    this.link = link;
    link.open({
      onData: (chunk) => {
        this.#chunks.push(chunk);
        this.heardBytes += chunk.length;
      },
      onClose: (error) => (this.closed = error),
      onDrain: () => this.drains++,
    });
  }

  get heard(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

describe.each([
  ["NodeNetwork", nodeWorld],
  ["SimulatedNetwork", simulatedWorld],
])("%s", (_, makeWorld) => {
  const { network, pass } = makeWorld();
  const open: (Link | Listener)[] = [];

  afterEach(async () => {
    for (const thing of open.splice(0)) await ("destroy" in thing ? thing.destroy() : thing[Symbol.asyncDispose]());
  });

  async function until(isTrue: () => boolean): Promise<void> {
    for (let tries = 0; !isTrue(); tries++) {
      expect(tries).toBeLessThan(5000);
      await pass();
    }
  }

  async function settled<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.then(
      () => (isSettled = true),
      () => (isSettled = true),
    );
    await until(() => isSettled);
    return promise;
  }

  async function listen(onLink: ListenOptions["onLink"], port = 0): Promise<Listener> {
    const listener = await network.listen({ host: "127.0.0.1", port, onLink });
    open.push(listener);
    return listener;
  }

  /** Both ends of a new connection. */
  async function connected(): Promise<{ near: Ear; far: Ear }> {
    let far: Ear | null = null;
    const { port } = await listen((link) => (far = new Ear(link)));
    const near = new Ear(await settled(network.dial({ host: "127.0.0.1", port, timeoutMs: 1000 })));
    await until(() => far !== null);
    open.push(near.link, far!.link);
    return { near, far: far! };
  }

  test("carries bytes both ways, complete and in order", async () => {
    const { near, far } = await connected();
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
    for (let at = 0; at < sent.length; at += 10_000)
      near.link.write(sent.subarray(at, at + 3000), sent.subarray(at + 3000, at + 10_000));
    far.link.write(Buffer.from("an"), Buffer.from("swer"));
    await until(() => far.heardBytes === sent.length && near.heardBytes === 6);
    expect(far.heard.equals(sent)).toBe(true);
    expect(near.heard.toString()).toBe("answer");
    expect(far.link.remote).toMatch(/:\d+$/);
  });

  test("keeps what came before the link was opened, and that it ended", async () => {
    let accepted: Link | null = null;
    const { port } = await listen((link) => (accepted = link));
    const near = new Ear(await settled(network.dial({ host: "127.0.0.1", port, timeoutMs: 1000 })));
    near.link.write(Buffer.from("early"));
    near.link.close();
    await until(() => accepted !== null);
    for (let turn = 0; turn < 10; turn++) await pass();
    const far = new Ear(accepted!);
    await until(() => far.closed !== undefined && near.closed !== undefined);
    expect([far.heard.toString(), far.closed, near.closed]).toEqual(["early", null, null]);
  });

  test("sends what was written before it ends, and tells no data after that", async () => {
    const { near, far } = await connected();
    near.link.write(Buffer.alloc(300_000, 1));
    near.link.close();
    near.link.write(Buffer.from("too late"));
    far.link.write(Buffer.from("unheard"));
    await until(() => far.closed !== undefined && near.closed !== undefined);
    expect(far.heardBytes).toBe(300_000);
    expect([near.heardBytes, near.closed, far.closed]).toEqual([0, null, null]);
  });

  test("ends at once when destroyed, and never inside the call", async () => {
    const { near, far } = await connected();
    near.link.destroy();
    expect(near.closed).toBeUndefined();
    await until(() => near.closed !== undefined && far.closed !== undefined);
    expect(near.closed).toBeNull();
    near.link.write(Buffer.from("x"));
    near.link.close();
    near.link.destroy();
  });

  test("lets the sender wait while the receiver pauses, and tells it when to go on", async () => {
    const { near, far } = await connected();
    far.link.pause();
    const chunk = Buffer.alloc(1 << 20);
    let sent = 0;
    for (; near.link.pendingBytes === 0 || sent < 16; sent++) near.link.write(chunk);
    for (let turn = 0; turn < 20; turn++) await pass();
    expect(near.link.pendingBytes + far.heardBytes).toBeGreaterThan(0);
    far.link.resume();
    await until(() => far.heardBytes === sent * chunk.length && near.drains > 0);
    expect(near.link.pendingBytes).toBe(0);
    expect(near.drains).toBe(1);
  });

  test("says why there is no link", async () => {
    const listener = await listen((link) => link.destroy());
    await expect(network.listen({ host: "127.0.0.1", port: listener.port, onLink: () => {} })).rejects.toMatchObject({
      name: "NetworkError",
      code: "addressInUse",
    });
    await listener[Symbol.asyncDispose]();
    const refused = network.dial({ host: "127.0.0.1", port: listener.port, timeoutMs: 1000 });
    await expect(settled(refused)).rejects.toMatchObject({ name: "NetworkError", code: "refused" });
    const aborted = network.dial({ host: "127.0.0.1", port: 1, timeoutMs: 1000, signal: AbortSignal.abort() });
    await expect(settled(aborted)).rejects.toMatchObject({ code: "closed" });
    await settled(listen(() => {}, listener.port));
  });
});

describe("NodeNetwork", () => {
  test("gives up a handshake that takes too long", async () => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const network = new NodeNetwork({
      accepted: (socket) => Promise.resolve(socket),
      dialled: () => new Promise(() => {}),
    });
    await expect(network.dial({ host: "127.0.0.1", port, timeoutMs: 20 })).rejects.toMatchObject({ code: "timeout" });
    server.close();
  });

  test("tells which connections its guard refused", async () => {
    const network = new NodeNetwork({
      accepted: (socket) => Promise.reject(socket.destroy() && new Error("no certificate")),
      dialled: (socket) => Promise.reject(socket.destroy() && new Error("wrong name")),
    });
    const refused: NetworkError[] = [];
    await using listener = await network.listen({
      host: "127.0.0.1",
      port: 0,
      onLink: () => expect.unreachable(),
      onRefused: (error) => refused.push(error),
    });
    const { port } = listener;
    await expect(network.dial({ host: "127.0.0.1", port, timeoutMs: 1000 })).rejects.toMatchObject({
      code: "insecure",
      message: expect.stringContaining("wrong name"),
    });
    const plain = connect(port, "127.0.0.1");
    plain.on("error", () => {});
    await once(plain, "close");
    expect(refused.at(-1)).toMatchObject({ code: "insecure", message: expect.stringContaining("no certificate") });
  });

  test("knows a host that does not exist", async () => {
    const dial = new NodeNetwork().dial({ host: "no-such-host.invalid", port: 1, timeoutMs: 5000 });
    await expect(dial).rejects.toMatchObject({ name: "NetworkError" });
  });
});

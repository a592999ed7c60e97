import { ManualClock, SeededRandom, SimulatedDisk } from "@branta/foundation-runtime";
import type { Effect, Input, LogEntry, PersistToken } from "@branta/zookeeper-engine";
import type { Notification } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { readTxnLog, truncateLog, TxnLogWriter, writeEpoch } from "../storage/index.ts";
import { type EffectHost, EffectRunner } from "./effect-runner.ts";

const DIRECTORY = "/data/version-2";
const FOUND = 1 as PersistToken;
const VOTE: Notification = {
  state: "looking",
  leader: 1,
  zxid: 0,
  electionEpoch: 1,
  peerEpoch: 0,
  configuration: null,
};

function token(number: number): PersistToken {
  return number as PersistToken;
}

function entry(zxid: number): LogEntry {
  const bytes = Buffer.alloc(40, zxid);
  bytes.writeBigInt64BE(BigInt(zxid), 12);
  return { zxid, bytes };
}

function append(number: number, zxid: number): Effect {
  return { kind: "persist", token: token(number), write: { kind: "append", entry: entry(zxid) } };
}

function ack(link: number, zxid: number, after: number): Effect {
  return { kind: "send", link, packet: { kind: "ack", zxid }, after: token(after) };
}

function upToDate(link: number): Effect {
  return { kind: "send", link, packet: { kind: "upToDate" }, after: 0 };
}

/** Carries out the effects it is given for inputs, and writes down what the world sees of it, in order. */
class Stage {
  readonly disk: SimulatedDisk;
  readonly clock = new ManualClock();
  readonly seen: string[] = [];
  readonly inputs: Input[] = [];
  readonly fatal: Error[] = [];
  nextDeadlineMs = Number.POSITIVE_INFINITY;
  onInput: (input: Input) => readonly Effect[] = () => [];
  reloaded: (() => void) | null = null;
  runner!: EffectRunner;

  private constructor(seed: number) {
    const random = new SeededRandom(`delays ${seed}`);
    const delay = async (): Promise<void> => {
      for (let turns = random.below(20); turns > 0; turns--) await Promise.resolve();
    };
    this.disk = new SimulatedDisk({ random: new SeededRandom(seed), delay });
  }

  static async open(seed = 1): Promise<Stage> {
    const stage = new Stage(seed);
    const { disk, clock } = stage;
    await disk.makeDirectory(DIRECTORY);
    stage.runner = await EffectRunner.open({
      core: stage,
      clock,
      durable: FOUND,
      host: stage.#host(),
      target: {
        openLog: (hooks) => TxnLogWriter.open({ disk, clock, directory: DIRECTORY, preAllocBytes: 4096, ...hooks }),
        async write(write) {
          stage.seen.push(`begin ${write.kind}`);
          if (write.kind === "truncate") await truncateLog({ disk, directory: DIRECTORY, zxid: write.zxid });
          else if (write.kind === "currentEpoch") await writeEpoch(disk, DIRECTORY, write.kind, write.epoch);
          stage.seen.push(`end ${write.kind}`);
        },
      },
      onFatal: (error) => stage.fatal.push(error),
    });
    return stage;
  }

  step(input: Input): readonly Effect[] {
    this.inputs.push(input);
    return this.onInput(input);
  }

  /** Lets the core wish for these, and nothing at any other input. */
  wish(...effects: readonly Effect[]): void {
    this.onInput = (input) => (input.kind === "start" ? effects : []);
    this.runner.input({ kind: "start" });
  }

  persisted(): number {
    const last = this.inputs.findLast((input) => input.kind === "persisted");
    return last === undefined ? 0 : last.token;
  }

  #host(): EffectHost {
    const { seen } = this;
    return {
      send: (link, packet) => seen.push(`${packet.kind} to ${link}`),
      pong: (link) => seen.push(`pong to ${link}`),
      readLog: (link, after, to) => seen.push(`read ${after} to ${to} for ${link}`),
      streamSnapshot: (link) => seen.push(`snapshot to ${link}`),
      closeLink: (link) => seen.push(`close ${link}`),
      dial: (link) => seen.push(`dial ${link}`),
      notify: (to, { zxid }) => seen.push(`vote for ${zxid} to ${to}`),
      reconnect: (servers) => seen.push(`reconnect ${servers.join()}`),
      commit: ({ zxid }) => seen.push(`commit ${zxid}`),
      restore: (_ref, zxid) => seen.push(`restore ${zxid}`),
      reload: (zxid) => {
        seen.push(`reload ${zxid}`);
        return new Promise((resolve) => {
          this.reloaded = resolve;
        });
      },
      deliver: (_link, from) => seen.push(`deliver from ${from}`),
      synced: (ticket) => seen.push(`synced ${ticket}`),
      role: ({ role }) => seen.push(role),
      configured: ({ version }) => seen.push(`configured ${version}`),
      log: (_level, message) => seen.push(message),
      drained: () => seen.push("drained"),
    };
  }

  async zxidsOnDisk(): Promise<number[]> {
    const zxids: number[] = [];
    for await (const { zxid } of readTxnLog({ disk: this.disk, directory: DIRECTORY, fromZxid: 0 })) zxids.push(zxid);
    return zxids;
  }
}

describe("EffectRunner", () => {
  test("a promise leaves when it is kept, what promises nothing at once", async () => {
    const stage = await Stage.open();
    stage.wish(append(2, 7), ack(1, 7, 2), upToDate(2), { kind: "commit", entry: entry(6) });
    expect(stage.seen).toEqual(["upToDate to 2", "commit 6"]);
    await stage.runner.writes.idle();
    expect(stage.seen).toEqual(["upToDate to 2", "commit 6", "ack to 1"]);
    expect(stage.persisted()).toBe(2);
    expect(await stage.zxidsOnDisk()).toEqual([7]);
  });

  test("a promise holds back what is behind it on its link, whatever it is", async () => {
    const stage = await Stage.open();
    const wishes: Effect[] = [append(2, 7), ack(1, 7, 2), upToDate(1), { kind: "pong", link: 1, zxid: 7 }];
    stage.wish(...wishes, { kind: "streamSnapshot", link: 1 }, ack(1, 6, 1));
    expect(stage.seen).toEqual([]);
    await stage.runner.writes.idle();
    expect(stage.seen).toEqual(["ack to 1", "upToDate to 1", "pong to 1", "snapshot to 1", "ack to 1"]);
  });

  test("a closed link is sent nothing that was held back", async () => {
    const stage = await Stage.open();
    stage.wish(append(2, 7), ack(1, 7, 2), { kind: "closeLink", link: 1, reason: "enough" });
    await stage.runner.writes.idle();
    expect(stage.seen).toEqual(["close 1"]);
  });

  test("of the votes for one server the newest is sent, when it is true on disk", async () => {
    const stage = await Stage.open();
    const vote = (zxid: number, after: number): Effect => {
      return { kind: "notify", to: 3, notification: { ...VOTE, zxid }, after: token(after) };
    };
    stage.wish(vote(6, 1), append(2, 7), vote(7, 2), append(3, 8), vote(8, 3));
    expect(stage.seen).toEqual(["vote for 6 to 3"]);
    await stage.runner.writes.idle();
    expect(stage.seen).toEqual(["vote for 6 to 3", "vote for 8 to 3"]);
  });

  test("writes are done in the order of the wishes: history, then epoch, then history again", async () => {
    const stage = await Stage.open();
    stage.wish(
      append(2, 7),
      append(3, 8),
      { kind: "persist", token: token(4), write: { kind: "currentEpoch", epoch: 5 } },
      append(5, 9),
      { kind: "persist", token: token(6), write: { kind: "truncate", zxid: 8 } },
      append(7, 12),
      ack(1, 8, 3),
      ack(2, 0, 4),
      ack(3, 9, 5),
      ack(4, 12, 7),
    );
    await stage.runner.writes.idle();
    expect(stage.seen).toEqual([
      "ack to 1",
      "begin currentEpoch",
      "end currentEpoch",
      "ack to 2",
      "ack to 3",
      "begin truncate",
      "end truncate",
      "ack to 4",
    ]);
    expect(await stage.zxidsOnDisk()).toEqual([7, 8, 12]);
    expect(stage.persisted()).toBe(7);
  });

  test("many appends of one turn are reported together", async () => {
    const stage = await Stage.open();
    stage.wish(...Array.from({ length: 50 }, (_, index) => append(2 + index, 1 + index)));
    await stage.runner.writes.idle();
    expect(stage.inputs.filter((input) => input.kind === "persisted")).toEqual([{ kind: "persisted", token: 51 }]);
  });

  test("what happens in a step waits for its end", async () => {
    const stage = await Stage.open();
    const order: string[] = [];
    stage.onInput = (input) => {
      order.push(input.kind);
      if (input.kind === "start") stage.runner.input({ kind: "resign", reason: "test" });
      order.push("done");
      return [];
    };
    stage.runner.input({ kind: "start" });
    expect(order).toEqual(["start", "done", "resign", "done"]);
  });

  test("everything waits for the tree to be rebuilt, which waits for the disk", async () => {
    const stage = await Stage.open();
    stage.wish(
      append(2, 7),
      { kind: "persist", token: token(3), write: { kind: "truncate", zxid: 7 } },
      { kind: "reload", zxid: 7 },
      { kind: "commit", entry: entry(7) },
    );
    stage.runner.input({ kind: "resign", reason: "test" });
    while (stage.reloaded === null) await Promise.resolve();
    expect(stage.seen).toEqual(["begin truncate", "end truncate", "reload 7"]);
    expect(stage.inputs.map(({ kind }) => kind)).toEqual(["start"]);
    stage.reloaded();
    while (!stage.seen.includes("commit 7")) await Promise.resolve();
    expect(stage.inputs.map(({ kind }) => kind)).toEqual(["start", "resign", "persisted", "persisted"]);
  });

  test("tells the time when the core wants to know it, not before", async () => {
    const stage = await Stage.open();
    stage.nextDeadlineMs = 100;
    stage.wish();
    stage.clock.advance(60);
    stage.nextDeadlineMs = 150;
    stage.clock.advance(60);
    await Promise.resolve();
    expect(stage.inputs.map(({ kind }) => kind)).toEqual(["start"]);
    stage.onInput = () => {
      stage.nextDeadlineMs = Number.POSITIVE_INFINITY;
      return [];
    };
    stage.clock.advance(31);
    expect(stage.inputs.map(({ kind }) => kind)).toEqual(["start"]);
    await Promise.resolve();
    expect(stage.inputs.map(({ kind }) => kind)).toEqual(["start", "time"]);
    expect(stage.clock.pending).toBe(0);
  });

  test.each(["write", "datasync", "rename"] as const)("a failed %s ends everything", async (operation) => {
    const stage = await Stage.open();
    stage.disk.failNext(operation, "ioError");
    stage.wish(append(2, 7), ack(1, 7, 2));
    while (stage.fatal.length === 0) await Promise.resolve();
    stage.runner.input({ kind: "resign", reason: "test" });
    expect(stage.seen).toEqual([]);
    expect(stage.inputs.map(({ kind }) => kind)).toEqual(["start"]);
  });

  test("so does a failed assertion", async () => {
    const stage = await Stage.open();
    stage.onInput = () => {
      throw new Error("this cannot be");
    };
    stage.runner.input({ kind: "start" });
    expect(stage.fatal.map(({ message }) => message)).toEqual(["this cannot be"]);
  });

  test("whenever the power fails, every promise that left was kept", async () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = new SeededRandom(seed);
      const stage = await Stage.open(seed);
      stage.disk.crashAfter(random.below(60));
      let number = 1;
      let zxid = 0;
      for (let burst = 0; burst < 8; burst++) {
        const wishes: Effect[] = [];
        for (let count = random.below(6); count > 0; count--)
          wishes.push(append(++number, ++zxid), ack(zxid, zxid, number));
        if (random.below(3) === 0)
          wishes.push({ kind: "persist", token: token(++number), write: { kind: "currentEpoch", epoch: burst } });
        stage.wish(...wishes);
        for (let turns = random.below(200); turns > 0; turns--) await Promise.resolve();
      }
      for (let turns = 0; turns < 3000 && stage.fatal.length === 0; turns++) await Promise.resolve();
      stage.disk.crash();
      const promised = stage.seen.filter((line) => line.startsWith("ack")).length;
      const found = await stage.zxidsOnDisk();
      expect(found.slice(0, promised), `seed ${seed}`).toEqual(
        Array.from({ length: promised }, (_, index) => index + 1),
      );
    }
  });
});

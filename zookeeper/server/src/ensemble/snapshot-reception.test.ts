import { SeededRandom, SimulatedDisk } from "@branta/foundation-runtime";
import { describe, expect, test } from "vitest";

import { ReceivedSnapshot, type SnapshotSink } from "../storage/index.ts";
import { SnapshotReception } from "./snapshot-reception.ts";

const DIRECTORY = "/data/version-2";
const IGNORING: SnapshotSink = { begin() {}, session() {}, acl() {}, node() {}, end() {} };
/** No session, no list, and the path that ends the nodes. */
const EMPTY_SNAPSHOT = Buffer.from("0000000000000000000000012f", "hex");

class Scene {
  readonly disk = new SimulatedDisk({ random: new SeededRandom(1) });
  readonly fatal: Error[] = [];
  whole = 0;
  reception!: SnapshotReception;

  static async open(): Promise<Scene> {
    const scene = new Scene();
    await scene.disk.makeDirectory(DIRECTORY);
    scene.reception = new SnapshotReception({
      created: ReceivedSnapshot.create({ disk: scene.disk, snapshotDirectory: DIRECTORY, number: 1, sink: IGNORING }),
      onProgress() {},
      onWhole: () => void scene.whole++,
      onFatal: (error) => scene.fatal.push(error),
    });
    return scene;
  }

  /** Waits until everything that is under way has ended. */
  async files(): Promise<string[]> {
    await new Promise((resolve) => void setImmediate(resolve));
    return this.disk.list(DIRECTORY);
  }
}

describe("SnapshotReception", () => {
  test("tells of a snapshot that is whole", async () => {
    const scene = await Scene.open();
    await scene.reception.write(EMPTY_SNAPSHOT.subarray(0, 7));
    await scene.reception.write(EMPTY_SNAPSHOT.subarray(7));
    await scene.reception.end();
    expect(scene.whole).toBe(1);
    expect(await scene.files()).toHaveLength(1);
  });

  test("given up in the middle of a write, or of the end, it leaves nothing and harms nothing", async () => {
    for (const isEnding of [false, true]) {
      const scene = await Scene.open();
      const working = [scene.reception.write(EMPTY_SNAPSHOT)];
      if (isEnding) working.push(working[0]!.then(() => scene.reception.end()));
      if (isEnding) await working[0];
      scene.reception.abort();
      scene.reception.abort();
      await Promise.all(working);
      expect(await scene.files()).toEqual([]);
      expect(scene).toMatchObject({ whole: 0, fatal: [] });
    }
  });

  test("says of bytes that are no snapshot, and of one that is not whole, what they are", async () => {
    const scene = await Scene.open();
    await scene.reception.write(EMPTY_SNAPSHOT.subarray(0, 9));
    await expect(scene.reception.end()).rejects.toMatchObject({ code: "corruptSnapshot" });
    scene.reception.abort();
    expect(await scene.files()).toEqual([]);
    expect(scene).toMatchObject({ whole: 0, fatal: [] });
  });

  test("a disk that fails is fatal", async () => {
    const scene = await Scene.open();
    await scene.files();
    scene.disk.failNext("write", "ioError");
    await expect(scene.reception.write(EMPTY_SNAPSHOT)).rejects.toMatchObject({ code: "ioError" });
    expect(scene.fatal).toHaveLength(1);
  });
});

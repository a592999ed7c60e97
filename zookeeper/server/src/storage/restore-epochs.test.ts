import type { SimulatedDisk } from "@branta/foundation-runtime";
import { makeZxid } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";
import { type Epochs, restoreEpochs } from "./restore-epochs.ts";
import { readEpoch } from "./small-files.ts";
import { DIRECTORY, putFile, simulatedDisk } from "./storage-test-kit.ts";

async function disk(files: { accepted?: number; current?: number; prepared?: string }): Promise<SimulatedDisk> {
  const made = await simulatedDisk();
  const put = (name: string, text: string): Promise<void> => putFile(made, `${DIRECTORY}/${name}`, Buffer.from(text));
  if (files.accepted !== undefined) await put("acceptedEpoch", String(files.accepted));
  if (files.current !== undefined) await put("currentEpoch", String(files.current));
  if (files.prepared !== undefined) await put("currentEpoch.tmp", files.prepared);
  return made;
}

function restore(from: SimulatedDisk, lastZxid: number, notices: string[] = []): Promise<Epochs> {
  return restoreEpochs({ disk: from, directory: DIRECTORY, lastZxid, onNotice: (text) => notices.push(text) });
}

describe("restoreEpochs", () => {
  test("reads both files", async () => {
    expect(await restore(await disk({ accepted: 7, current: 5 }), makeZxid(5, 9))).toEqual({
      acceptedEpoch: 7,
      currentEpoch: 5,
    });
  });

  test.each([
    [0, 0],
    [-1, 0],
    [makeZxid(4, 2), 4],
  ])("makes missing files of the last zxid, durably (%d)", async (lastZxid, epoch) => {
    const made = await disk({});
    const notices: string[] = [];
    expect(await restore(made, lastZxid, notices)).toEqual({ acceptedEpoch: epoch, currentEpoch: epoch });
    made.crash();
    expect(await readEpoch(made, DIRECTORY, "acceptedEpoch")).toBe(epoch);
    expect(await readEpoch(made, DIRECTORY, "currentEpoch")).toBe(epoch);
    expect(notices).toHaveLength(2);
  });

  test("catches up with a history whose epoch was not written any more", async () => {
    const made = await disk({ accepted: 6, current: 4 });
    const notices: string[] = [];
    expect(await restore(made, makeZxid(6, 1), notices)).toEqual({ acceptedEpoch: 6, currentEpoch: 6 });
    expect(await readEpoch(made, DIRECTORY, "currentEpoch")).toBe(6);
    expect(notices).toHaveLength(1);
  });

  test("believes the file's next version if it is whole, and not if it is half", async () => {
    const made = await disk({ accepted: 9, current: 4, prepared: "9" });
    expect((await restore(made, makeZxid(6, 1))).currentEpoch).toBe(9);
    const half = await disk({ accepted: 9, current: 4, prepared: "" });
    expect((await restore(half, makeZxid(6, 1))).currentEpoch).toBe(6);
  });

  test.each([
    [{ accepted: 5, current: 4 }, makeZxid(6, 1), "currentEpoch"],
    [{ accepted: 3, current: 4 }, makeZxid(4, 1), "acceptedEpoch"],
  ])("refuses files that contradict the history or each other", async (files, lastZxid, name) => {
    await expect(restore(await disk(files), lastZxid)).rejects.toMatchObject({
      code: "badFile",
      file: `${DIRECTORY}/${name}`,
    });
  });
});

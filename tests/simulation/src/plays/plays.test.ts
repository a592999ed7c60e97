import { ZabPeer } from "@branta/zookeeper-engine";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SimulationError } from "../simulation-error.ts";
import { PlayCommands } from "./play-commands.ts";
import { perform, readPlay } from "./play-file.ts";

/** Where the plays lie; what they answer is rewritten by UPDATE=1. */
const FOLDER = join(import.meta.dirname, "../../plays");

function play(text: string): string {
  const commands = new PlayCommands((options, durable) => new ZabPeer(options, durable));
  return perform(readPlay(text), (command) => commands.run(command));
}

describe("plays", () => {
  test.each(readdirSync(FOLDER).filter((name) => name.endsWith(".play.txt")))("%s", (name) => {
    const file = join(FOLDER, name);
    const text = readFileSync(file, "utf8");
    const played = play(text);
    if (process.env["UPDATE"] === "1") writeFileSync(file, played);
    else expect(played).toBe(text);
  });

  test("a play that was written down plays the same", () => {
    const once = play("# Title\n\n# why\ncluster 1 2 3\nstart\n\nstabilize quietly\nstatus");
    expect(once).toContain("# why\ncluster 1 2 3\nstart\n----\n1 ◁ start\n");
    expect(play(once)).toBe(once);
  });

  test.each(["cluster 1 2 3\n\ndance 1", "start 1", "cluster 1\n\nlog 7"])("refuses %j", (text) => {
    expect(() => play(text)).toThrow(SimulationError);
  });
});

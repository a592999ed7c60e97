import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { namedServers } from "./named-servers.ts";
import { textOf } from "./survey.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "branta-named-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fromFile(...lines: string[]): Promise<string[]> {
  const file = join(folder, "zoo.cfg");
  await writeFile(file, `${lines.join("\n")}\n`);
  return namedServers(file).addresses.map(textOf);
}

it("takes a connection string", () => {
  const { addresses, file } = namedServers("zoo1,zoo2:2182");
  expect([addresses.map(textOf), file]).toEqual([["zoo1:2181", "zoo2:2182"], null]);
  expect(() => namedServers("no/such/zoo.cfg")).toThrow("it must be an existing file, or");
  expect(() => namedServers("zoo1:port")).toThrow("it is no file either");
});

it("takes a zoo.cfg, with the client port of the file or of each server's line", async () => {
  expect(await fromFile("clientPort=2181", "server.1=zoo1:2888:3888", "server.2=zoo2:2888:3888")).toEqual([
    "zoo1:2181",
    "zoo2:2181",
  ]);
  expect(await fromFile("server.1=zoo1:2888:3888;2182", "server.2=zoo2:2888:3888:participant;10.0.0.2:2183")).toEqual([
    "zoo1:2182",
    "10.0.0.2:2183",
  ]);
});

it("refuses one that does not say where clients are served", async () => {
  const one = "server.1=127.0.0.1:2888:3888";
  const two = "server.2=127.0.0.1:2889:3889";
  await expect(fromFile("clientPort=2181")).rejects.toThrow("it has no server.N lines");
  await expect(fromFile(one)).rejects.toThrow("on which port");
  await expect(fromFile("clientPort=2181", one, two)).rejects.toThrow("several servers share a host");
});

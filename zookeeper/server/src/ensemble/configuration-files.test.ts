import { SeededRandom, SimulatedDisk } from "@branta/foundation-runtime";
import { expect, test } from "vitest";

import { writeFileAtomically } from "../storage/index.ts";
import { ConfigurationFiles } from "./configuration-files.ts";
import { readConfiguration } from "./configuration-text.ts";

const MEMBERS = "server.2=beta:2888:3888:participant;0.0.0.0:2181\nserver.1=alpha:2888:3888:participant;0.0.0.0:2181";

async function filesOf(): Promise<{
  disk: SimulatedDisk;
  files: ConfigurationFiles;
  read(name: string): Promise<string>;
}> {
  const disk = new SimulatedDisk({ random: new SeededRandom("configuration") });
  await disk.makeDirectory("/conf");
  await writeFileAtomically(disk, "/conf/zoo.cfg", "dataDir=/data\nclientPort=2181\nserver.1=alpha:2888:3888\n");
  const files = new ConfigurationFiles({ disk, file: "/conf/zoo.cfg", serverId: 1 });
  return { disk, files, read: async (name) => (await disk.readWhole(`/conf/${name}`)).toString() };
}

test("a proposed configuration is found again, until it is committed", async () => {
  const { disk, files } = await filesOf();
  expect(await files.readNext()).toBeNull();
  const configuration = readConfiguration(`${MEMBERS}\nversion=100000003`)!;
  await files.writeNext(configuration);
  disk.crash();
  expect((await files.readNext())?.version).toBe(0x1_0000_0003);
  await files.writeCommitted(configuration);
  disk.crash();
  expect(await files.readNext()).toBeNull();
});

test("a committed one is named by zoo.cfg, whose first form is kept beside", async () => {
  const { disk, files, read } = await filesOf();
  await files.writeCommitted(readConfiguration(`${MEMBERS}\nversion=100000003`)!);
  disk.crash();
  expect(await read("zoo.cfg")).toBe("dataDir=/data\ndynamicConfigFile=/conf/zoo.cfg.dynamic.100000003\n");
  expect(await read("zoo.cfg.dynamic.100000003")).toBe(
    "server.1=alpha:2888:3888:participant;0.0.0.0:2181\nserver.2=beta:2888:3888:participant;0.0.0.0:2181",
  );
  expect(await read("zoo.cfg.bak")).toContain("server.1=alpha:2888:3888\n");
  await files.writeCommitted(readConfiguration(`${MEMBERS}\nversion=200000001`)!);
  expect(await read("zoo.cfg")).toContain("dynamicConfigFile=/conf/zoo.cfg.dynamic.200000001");
  expect(await read("zoo.cfg.bak")).toContain("server.1=alpha:2888:3888\n");
});

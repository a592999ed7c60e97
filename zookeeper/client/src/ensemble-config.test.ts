import { describe, expect, it } from "vitest";
import { formatHost } from "./connection-string.ts";
import { parseEnsembleConfig } from "./ensemble-config.ts";

function addresses(...lines: string[]): readonly string[] | undefined {
  return parseEnsembleConfig(lines.join("\n")).servers?.map(formatHost);
}

describe("the configuration of an ensemble", () => {
  it("names where its servers serve clients, and its version", () => {
    const text = [
      "server.1=zoo1:2888:3888:participant;zoo1:2181",
      "server.2=zoo2:2888:3888:observer;10.0.0.2:2182",
      "version=10000000a",
    ].join("\n");
    const config = parseEnsembleConfig(text);
    expect(config.version).toBe(0x1_0000_000a);
    expect(config.servers?.map(formatHost)).toEqual(["zoo1:2181", "10.0.0.2:2182"]);
  });

  it("means the host of the server where it names only a port, or every address", () => {
    expect(addresses("server.1=zoo1:2888:3888;2181")).toEqual(["zoo1:2181"]);
    expect(addresses("server.1=zoo1:2888:3888:participant;0.0.0.0:2181")).toEqual(["zoo1:2181"]);
    expect(addresses("server.1=[2001:db8::1]:2888:3888;[::]:2181")).toEqual(["[2001:db8::1]:2181"]);
    expect(addresses("server.1=a:1:2|b:1:2:participant;0.0.0.0:2181")).toEqual(["a:2181"]);
  });

  it("takes no part of the servers for all of them", () => {
    expect(addresses("server.1=zoo1:2888:3888:participant", "server.2=zoo2:2888:3888;2181")).toBeUndefined();
    expect(addresses("server.1=zoo1:2888:3888:participant;zoo1:port")).toBeUndefined();
    expect(addresses("server.1=what;0.0.0.0:2181")).toBeUndefined();
    expect(addresses("server.1=zoo1:2888:3888;")).toBeUndefined();
  });

  it("of a server by itself, and of lines that do not concern clients, is none", () => {
    expect(parseEnsembleConfig("")).toEqual({ version: 0, servers: undefined });
    expect(addresses("group.1=1:2", "weight.1=1")).toBeUndefined();
  });
});

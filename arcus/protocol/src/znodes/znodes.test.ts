import { describe, expect, it } from "vitest";
import { formatCacheNodeName, formatMemoryLimit, parseCacheNodeName } from "./cache-node-name.ts";
import { formatClientEntry, parseClientEntry } from "./client-entry.ts";
import { formatServerMapping, parseServerMapping } from "./server-mapping.ts";
import { cacheListPath, clientListPath, serverMappingPath, serviceCodeOfMapping } from "./znode-paths.ts";

describe("paths", () => {
  it("are those of a real cloud", () => {
    expect(cacheListPath("test-cloud")).toBe("/arcus/cache_list/test-cloud");
    expect(clientListPath("test-cloud")).toBe("/arcus/client_list/test-cloud");
    expect(serverMappingPath("10.0.0.1:11211")).toBe("/arcus/cache_server_mapping/10.0.0.1:11211");
    expect(serverMappingPath("10.0.0.1:11211", "test-cloud")).toBe(
      "/arcus/cache_server_mapping/10.0.0.1:11211/test-cloud",
    );
  });

  it("refuse service codes that cannot name a node", () => {
    for (const bad of ["", "a/b", "a^b", "x".repeat(129)]) {
      expect(() => cacheListPath(bad)).toThrow(`Cannot use the service code "${bad}"`);
    }
  });

  it("take the cloud of a mapping from before the first ^", () => {
    expect(serviceCodeOfMapping("test-cloud")).toBe("test-cloud");
    expect(serviceCodeOfMapping("test-cloud^g0^10.0.0.1:20121^")).toBe("test-cloud");
  });
});

describe("names of cache nodes", () => {
  it("go both ways", () => {
    const name = formatCacheNodeName("10.0.0.1", 11_211, "cache-001.arcus");
    expect(name).toBe("10.0.0.1:11211-cache-001.arcus");
    expect(parseCacheNodeName(name)).toEqual({
      host: "10.0.0.1",
      port: 11_211,
      address: "10.0.0.1:11211",
      hostName: "cache-001.arcus",
    });
    expect(parseCacheNodeName("10.0.0.1:11211").hostName).toBe("");
    expect(formatMemoryLimit(100)).toBe("100MB");
  });

  it("are refused when they hold no address", () => {
    for (const bad of [
      "",
      "cache001",
      "10.0.0.1:-a",
      "10.0.0.1:0-a",
      "10.0.0.1:65536-a",
      ":11211-a",
      "10.0.0.1:1x-a",
    ]) {
      expect(() => parseCacheNodeName(bad)).toThrow(`Cannot read the cache node name "${bad}"`);
    }
  });
});

describe("mappings", () => {
  const text = '{"memlimit": "100", "connections": "1000", "threads": "6", "port": "11211"}';

  it("are spelt as the admin tool spells them", () => {
    expect(formatServerMapping({ port: "11211", threads: "6", connections: "1000", memlimit: "100" })).toBe(text);
    expect(parseServerMapping(text)).toEqual({ memlimit: "100", connections: "1000", threads: "6", port: "11211" });
    expect(parseServerMapping('{"memlimit": 100, "other": null}')).toEqual({ memlimit: "100" });
  });

  it("are refused when they are no object", () => {
    for (const bad of ["", "[]", "null", "7", "{"])
      expect(() => parseServerMapping(bad)).toThrow("Cannot read the mapping");
  });
});

describe("entries of clients", () => {
  it.each([
    "vm_127.0.0.1_1_java_NONE_20261121042821_72057728370016278_jre=17.0.15",
    "vm_127.0.0.1_11_c_1.14.1_20261121050431_100001f46d1028f",
    "my_host_name_10.0.0.9_4_node_0.1.0_20261121050431_100001f46d1028f",
  ])("go both ways: %s", (name) => {
    const entry = parseClientEntry(name)!;
    expect(formatClientEntry(entry)).toBe(name);
    expect(entry.ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  it("are told by their parts", () => {
    expect(parseClientEntry("my_host_10.0.0.9_4_java_1.13.2_20261121050431_7_jre=17_sasluser=u")).toEqual({
      hostName: "my_host",
      ip: "10.0.0.9",
      poolSize: 4,
      language: "java",
      version: "1.13.2",
      since: "20261121050431",
      session: "7",
      extra: "jre=17_sasluser=u",
    });
    expect(parseClientEntry("somebody else")).toBeNull();
  });
});

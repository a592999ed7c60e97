import { RequestRefusal } from "@branta/zookeeper-engine";
import { ErrorCode, type ReconfigRequest } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";

import { readConfiguration } from "./configuration-text.ts";
import { EnsembleReconfigurer } from "./reconfigurer.ts";

const THREE = [
  "server.1=alpha:2888:3888:participant;0.0.0.0:2181",
  "server.2=beta:2888:3888:participant;0.0.0.0:2181",
  "server.3=gamma:2888:3888:participant;0.0.0.0:2181",
  "version=100000000",
].join("\n");

function reconfigurer(options: { ready?: boolean; lastSeen?: string } = {}): EnsembleReconfigurer {
  return new EnsembleReconfigurer({
    standaloneEnabled: true,
    committed: () => readConfiguration(THREE)!,
    lastSeen: () => readConfiguration(options.lastSeen ?? THREE)!,
    isReadyFor: () => options.ready ?? true,
  });
}

function request(change: Partial<ReconfigRequest>): ReconfigRequest {
  return { joiningServers: null, leavingServers: null, newMembers: null, curConfigId: -1, ...change };
}

function refusal(change: Partial<ReconfigRequest>, options: Parameters<typeof reconfigurer>[0] = {}): number {
  try {
    reconfigurer(options).plan(request(change), 0x1_0000_0005);
  } catch (error) {
    if (error instanceof RequestRefusal) return error.code;
    throw error;
  }
  throw new Error("was not refused");
}

describe("A change of members", () => {
  test("takes servers away and in, and has the transaction's number as its version", () => {
    const change = { leavingServers: "3", joiningServers: "server.4=delta:2888:3888:observer;2181" };
    expect(reconfigurer().plan(request(change), 0x1_0000_0005).split("\n")).toEqual([
      "server.1=alpha:2888:3888:participant;0.0.0.0:2181",
      "server.2=beta:2888:3888:participant;0.0.0.0:2181",
      "server.4=delta:2888:3888:observer;0.0.0.0:2181",
      "version=100000005",
    ]);
  });

  test("may name all members anew, with commas or line ends between them", () => {
    const newMembers = "server.1=alpha:2888:3888;2181,server.2=beta:2888:3888;2181";
    expect(reconfigurer().plan(request({ newMembers }), 0x1_0000_0005)).toBe(
      "server.1=alpha:2888:3888:participant;0.0.0.0:2181\nserver.2=beta:2888:3888:participant;0.0.0.0:2181\nversion=100000005",
    );
  });

  test.each([
    ["a server without a client port", { joiningServers: "server.4=delta:2888:3888" }],
    ["an address of another server", { joiningServers: "server.4=alpha:2888:3888;2182" }],
    ["no line at all", { joiningServers: "delta" }],
    ["a leaver that is no number", { leavingServers: "three" }],
    ["a single voter", { leavingServers: "2,3" }],
  ])("is refused with %s", (_what, change) => {
    expect(refusal(change)).toBe(ErrorCode.BadArguments);
  });

  test("is refused for another version than the one in force", () => {
    expect(refusal({ leavingServers: "3", curConfigId: 7 })).toBe(ErrorCode.BadVersion);
  });

  test("waits for a change that is under way, and for a quorum that follows", () => {
    const lastSeen = THREE.replace("version=100000000", "version=100000004");
    expect(refusal({ leavingServers: "3" }, { lastSeen })).toBe(ErrorCode.ReconfigInProgress);
    expect(refusal({ leavingServers: "3" }, { ready: false })).toBe(ErrorCode.NewConfigNoQuorum);
  });
});

import { describe, expect, it } from "vitest";
import { formatConnectionString, parseConnectionString } from "./connection-string.ts";

describe("parseConnectionString", () => {
  it.each([
    ["zoo1", [{ host: "zoo1", port: 2181 }], ""],
    [
      "zoo1:2182,zoo2",
      [
        { host: "zoo1", port: 2182 },
        { host: "zoo2", port: 2181 },
      ],
      "",
    ],
    [
      "zoo1:2181,zoo2:2181/app/one",
      [
        { host: "zoo1", port: 2181 },
        { host: "zoo2", port: 2181 },
      ],
      "/app/one",
    ],
    ["zoo1/", [{ host: "zoo1", port: 2181 }], ""],
    ["zoo1/app/", [{ host: "zoo1", port: 2181 }], "/app"],
    [
      " zoo1 , zoo2 ",
      [
        { host: "zoo1", port: 2181 },
        { host: "zoo2", port: 2181 },
      ],
      "",
    ],
    [
      "[::1]:2182,[fe80::2]",
      [
        { host: "::1", port: 2182 },
        { host: "fe80::2", port: 2181 },
      ],
      "",
    ],
    ["::1", [{ host: "::1", port: 2181 }], ""],
  ])("reads %j", (text, hosts, chroot) => {
    expect(parseConnectionString(text)).toEqual({ hosts, chroot });
  });

  it.each([
    "",
    "/app",
    ",",
    "zoo1:0",
    "zoo1:65536",
    "zoo1:abc",
    "zoo1:",
    ":2181",
    "zoo1/a//b",
    "zoo1/../b",
    "zoo1/a/.",
  ])("refuses %j", (text) => {
    expect(() => parseConnectionString(text)).toThrow(`Cannot connect to "${text}"`);
  });

  it("is the inverse of formatConnectionString", () => {
    const text = "zoo1:2181,[::1]:2182/app";
    expect(formatConnectionString(parseConnectionString(text))).toBe(text);
  });
});

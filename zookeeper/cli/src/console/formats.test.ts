import { OPEN_ACL } from "@branta/zookeeper-protocol";
import { describe, expect, test } from "vitest";
import { aclLines, parseAcl } from "./acl-text.ts";
import { formatData } from "./data-format.ts";
import { describeOptions } from "./option-usage.ts";
import { statJson, statLines } from "./stat-block.ts";

describe("ACL text", () => {
  test("reads schemes, ids with colons and permissions", () => {
    expect(parseAcl("world:anyone:cdrwa,digest:u:hash=:r,ip:fe80::1:rw")).toEqual({
      acl: [
        { perms: 31, id: { scheme: "world", id: "anyone" } },
        { perms: 1, id: { scheme: "digest", id: "u:hash=" } },
        { perms: 3, id: { scheme: "ip", id: "fe80::1" } },
      ],
      problems: [],
    });
  });

  test("leaves out what it cannot read, and says so", () => {
    expect(parseAcl("world,world:anyone:rx")).toEqual({
      acl: [{ perms: 1, id: { scheme: "world", id: "anyone" } }],
      problems: ["world does not have the form scheme:id:perm", "Unknown perm type: x"],
    });
  });

  test("shows an entry on two lines", () => {
    expect(OPEN_ACL.flatMap(aclLines)).toEqual(["'world,'anyone", ": cdrwa"]);
    expect(aclLines({ perms: 1, id: { scheme: "x509", id: "CN=a,O=b" } })[0]).toBe("'x509,'CN=a%2CO=b");
  });
});

describe("data", () => {
  test.each([
    [Buffer.from("hello"), "plain", "hello"],
    [null, "plain", "null"],
    [Buffer.alloc(0), "plain", ""],
    [Buffer.from("hello"), "base64", "aGVsbG8="],
    [Buffer.alloc(0), "hexdump", ""],
  ] as const)("%s as %s", (data, format, text) => {
    expect(formatData(data, format)).toBe(text);
  });

  test("dumps rows of sixteen bytes", () => {
    expect(formatData(Buffer.from("seventeen bytes!\n"), "hexdump")).toBe(
      [
        "         +-------------------------------------------------+",
        "         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |",
        "+--------+-------------------------------------------------+----------------+",
        "|00000000| 73 65 76 65 6e 74 65 65 6e 20 62 79 74 65 73 21 |seventeen bytes!|",
        "|00000010| 0a                                              |.               |",
        "+--------+-------------------------------------------------+----------------+",
      ].join("\n"),
    );
  });
});

test("options are described sorted and aligned", () => {
  const options = [
    { name: "s", description: "Print znode stats additionally" },
    { name: "v", takesValue: true, description: "Set with an expected version" },
    { name: "b", description: "Supply data in base64 format" },
  ];
  expect(describeOptions("set path data", options)).toBe(
    "set path data\n" +
      " -b         Supply data in base64 format\n" +
      " -s         Print znode stats additionally\n" +
      " -v <arg>   Set with an expected version\n",
  );
});

test("stat is shown in eleven lines, its owner as 64 bits", () => {
  const stat = {
    czxid: 2,
    mzxid: 11,
    ctime: 0,
    mtime: 1,
    version: 2,
    cversion: 4,
    aversion: 0,
    ephemeralOwner: -1n,
    dataLength: 6,
    numChildren: 4,
    pzxid: 9,
  };
  expect(statLines(stat).filter((line) => !line.includes("time"))).toEqual([
    "cZxid = 0x2",
    "mZxid = 0xb",
    "pZxid = 0x9",
    "cversion = 4",
    "dataVersion = 2",
    "aclVersion = 0",
    "ephemeralOwner = 0xffffffffffffffff",
    "dataLength = 6",
    "numChildren = 4",
  ]);
  expect(statJson(stat)["ephemeralOwner"]).toBe("0xffffffffffffffff");
});

import { describe, expect, test } from "vitest";
import { type OptionRules, parseOptions } from "./parse-options.ts";

const FLAGS: OptionRules = {
  options: [{ name: "s" }, { name: "w" }, { name: "v", takesValue: true }, { name: "file", takesValue: true }],
};
const QUOTA: OptionRules = {
  exclusive: "required",
  options: [
    { name: "n", takesValue: true, description: "num soft quota" },
    { name: "b", takesValue: true, description: "bytes soft quota" },
  ],
};

describe("parseOptions", () => {
  test.each([
    ["/a", ["/a"], {}],
    ["-s /a", ["/a"], { s: "" }],
    ["/a -s", ["/a"], { s: "" }],
    ["-sw /a", ["/a"], { s: "", w: "" }],
    ["-v 3 /a", ["/a"], { v: "3" }],
    ["-v3 /a", ["/a"], { v: "3" }],
    ["-v=3 /a", ["/a"], { v: "3" }],
    ["-sv 3 /a", ["/a"], { s: "", v: "3" }],
    ["-v -1 /a", ["/a"], { v: "-1" }],
    ["-v 3 -v 4 /a", ["/a"], { v: "3" }],
    ["-file x", [], { file: "x" }],
    ["-file=x", [], { file: "x" }],
    ["-s -- -w", ["-w"], { s: "" }],
    ["- /a", ["-", "/a"], {}],
  ])("%s", (line, positionals, values) => {
    const parsed = parseOptions(FLAGS, line.split(" "));
    expect(parsed.positionals).toEqual(positionals);
    expect(Object.fromEntries(parsed.values)).toEqual(values);
  });

  test.each([
    ["-x /a", "UnrecognizedOptionException: Unrecognized option: -x"],
    ["-sx /a", "UnrecognizedOptionException: Unrecognized option: -sx"],
    ["--stat /a", "UnrecognizedOptionException: Unrecognized option: --stat"],
    ["-s=1 /a", "UnrecognizedOptionException: Unrecognized option: -s=1"],
    ["/a -v", "MissingArgumentException: Missing argument for option: v"],
    ["-v -s /a", "MissingArgumentException: Missing argument for option: v"],
  ])("refuses %s", (line, message) => {
    expect(() => parseOptions(FLAGS, line.split(" "))).toThrow(`org.apache.commons.cli.${message}`);
  });

  test("takes at most one option of an exclusive set", () => {
    expect(() => parseOptions(QUOTA, ["-n", "5", "-b", "6", "/a"])).toThrow(
      "org.apache.commons.cli.AlreadySelectedException: The option 'b' was specified but an option from this group " +
        "has already been selected: 'n'",
    );
  });

  test("says which options a required set has", () => {
    expect(() => parseOptions(QUOTA, ["/a"])).toThrow(
      "org.apache.commons.cli.MissingOptionException: Missing required option: [-n num soft quota, -b bytes soft quota]",
    );
  });
});

import { describe, expect, test } from "vitest";
import { tokenize } from "./tokenize.ts";

describe("tokenize", () => {
  test.each([
    ["ls /", ["ls", "/"]],
    ["  ls \t /  ", ["ls", "/"]],
    ['create /a "two words"', ["create", "/a", "two words"]],
    ["create /a 'two \"quoted\" words' x", ["create", "/a", 'two "quoted" words', "x"]],
    ['set /a ""', ["set", "/a", ""]],
    ['set /a it"s one', ["set", "/a", 'it"s', "one"]],
    ['set /a "left open', ["set", "/a", "left", "open"]],
    ["", []],
    ["   ", []],
  ])("%j", (line, words) => {
    expect(tokenize(line)).toEqual(words);
  });
});

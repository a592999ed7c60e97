import fc from "fast-check";
import { expect, test } from "vitest";
import { Glob } from "./glob.ts";

function matches(pattern: string, text: string): boolean | undefined {
  return Glob.parse(pattern)?.matches(text);
}

test("stars, question marks and escaped ones", () => {
  expect(matches("*", "")).toBe(true);
  expect(matches("*", "anything")).toBe(true);
  expect(matches("a?c", "abc")).toBe(true);
  expect(matches("a?c", "ac")).toBe(false);
  expect(matches("*a", "bcda")).toBe(true);
  expect(matches("*a", "bcab")).toBe(false);
  expect(matches("a*b*c", "a-b-b-c")).toBe(true);
  expect(matches("a*b*c", "a-c-b")).toBe(false);
  expect(matches("abc", "abcd")).toBe(false);
  expect(matches("abc**", "abc")).toBe(true);
  expect(matches("\\*", "*")).toBe(true);
  expect(matches("\\*", "x")).toBe(false);
  expect(matches("\\\\x", "\\x")).toBe(true);
  // t/keyscan.t of arcus-memcached
  expect(matches("?\\?\\\\\\**a", "c?\\*aaba")).toBe(true);
  expect(matches("?\\?\\\\\\**a", "aa\\*aaa")).toBe(false);
});

test("refuses what would be dear or means nothing", () => {
  for (const pattern of ["", "a".repeat(65), "*****", "***asdds\\***", "\\", "a\\", "\\a", "\\\\\\"]) {
    expect(Glob.parse(pattern), pattern).toBeUndefined();
  }
  expect(Glob.parse("****")).toBeDefined();
  expect(Glob.parse("\\*".repeat(32))).toBeDefined();
});

test("agrees with a regular expression of the same meaning", () => {
  const piece = fc.constantFrom("*", "?", "\\*", "\\?", "\\\\", "a", "b", "*");
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "\\"), maxLength: 12 });
  const meaning: Record<string, string> = { "*": ".*", "?": "." };
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), text, (pieces, name) => {
      const answer = matches(pieces.join(""), name);
      if (pieces.filter((each) => each === "*").length > 4) return answer === undefined;
      const expression = new RegExp(`^${pieces.map((each) => meaning[each] ?? each).join("")}$`, "s");
      return answer === expression.test(name);
    }),
    { numRuns: 5000 },
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QuotaTrie } from "./quota-trie.ts";

describe("QuotaTrie", () => {
  it("answers the deepest quota at or above a path", () => {
    const trie = new QuotaTrie();
    expect(trie.maxPrefix("/a/b/c")).toBeNull();
    trie.add("/a");
    trie.add("/a/b/c");
    trie.add("/a/b/c");
    expect(trie.size).toBe(2);
    expect(trie.maxPrefix("/a")).toBe("/a");
    expect(trie.maxPrefix("/a/b")).toBe("/a");
    expect(trie.maxPrefix("/a/b/c/d")).toBe("/a/b/c");
    expect(trie.maxPrefix("/ab")).toBeNull();
    expect(trie.maxPrefix("/")).toBeNull();
  });

  it("keeps quotas below a deleted one, and deletes only what is there", () => {
    const trie = new QuotaTrie();
    trie.add("/a");
    trie.add("/a/b");
    trie.delete("/a");
    trie.delete("/a");
    trie.delete("/x/y");
    expect(trie.size).toBe(1);
    expect(trie.maxPrefix("/a/z")).toBeNull();
    expect(trie.maxPrefix("/a/b/z")).toBe("/a/b");
    trie.delete("/a/b");
    expect(trie.size).toBe(0);
    trie.add("/q");
    trie.clear();
    expect(trie.maxPrefix("/q")).toBeNull();
  });

  it("ignores the root and reads over blank elements as Apache's PathTrie does", () => {
    const trie = new QuotaTrie();
    trie.add("/");
    expect(trie.size).toBe(0);
    trie.add("/a/ /b");
    expect(trie.maxPrefix("/a/b/c")).toBe("/a/b");
    expect(trie.maxPrefix("/ /a/ /b")).toBe("/a/b");
  });

  it("agrees with the plain definition for any additions and deletions", () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), path)), path, (changes, asked) => {
        const trie = new QuotaTrie();
        const model = new Set<string>();
        for (const [add, changed] of changes) {
          if (add) {
            trie.add(changed);
            model.add(changed);
          } else {
            trie.delete(changed);
            model.delete(changed);
          }
        }
        const above = [...model].filter((quota) => asked === quota || asked.startsWith(`${quota}/`));
        const deepest = above.sort((a, b) => b.length - a.length)[0] ?? null;
        expect(trie.maxPrefix(asked)).toBe(deepest);
        expect(trie.size).toBe(model.size);
      }),
    );
  });
});

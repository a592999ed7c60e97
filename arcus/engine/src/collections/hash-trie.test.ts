import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, HashTrie, type TrieEntry } from "./hash-trie.ts";

interface Entry extends TrieEntry<Entry> {
  readonly key: string;
}
const entryOf = (key: string, hash = hashOf(key)): Entry => ({ key, hash, next: null });
const trieOf = (keys: Iterable<string>) => {
  const trie = new HashTrie<Entry>();
  for (const key of keys) trie.add(entryOf(key));
  return trie;
};
const keysOf = (trie: HashTrie<Entry>) => trie.all().map((entry) => entry.key);

describe("hashOf", () => {
  it("is the real server's, with signed bytes", () => {
    expect(hashOf("")).toBe(5381);
    expect(hashOf("a")).toBe((5381 * 33) ^ 97);
    expect(hashOf("\u00ff")).toBe((5381 * 33) ^ -1);
    expect(hashOf("\r\n", hashOf("abc"))).toBe(hashOf("abc\r\n"));
  });
});

describe("HashTrie", () => {
  it("reads in the order that the real server read", () => {
    expect(keysOf(trieOf(["f1", "f2", "f3"]))).toEqual(["f3", "f2", "f1"]);
  });

  it("makes a long chain a node, and a short node a chain", () => {
    const keys = Array.from({ length: 2000 }, (_, i) => `key ${i}`);
    const trie = trieOf(keys);
    expect(trie.nodeBytes).toBe(17 * 176);
    expect(keysOf(trie).toSorted()).toEqual(keys.toSorted());
    expect(keys.map((_, i) => trie.at(i))).toEqual(trie.all());
    for (const key of keys.slice(0, 1990)) expect(trie.remove(key, hashOf(key))?.key).toBe(key);
    expect(trie).toMatchObject({ count: 10, nodeBytes: 176 });
    expect(keysOf(trie).toSorted()).toEqual(keys.slice(1990).toSorted());
    for (const key of keys.slice(1990)) trie.remove(key, hashOf(key));
    expect(trie).toMatchObject({ count: 0, nodeBytes: 0 });
  });

  it("keeps entries of one hash apart, however many", () => {
    const trie = new HashTrie<Entry>();
    for (let i = 0; i < 300; i += 1) trie.add(entryOf(String(i), 7));
    expect(trie.count).toBe(300);
    expect(trie.nodeBytes).toBe(8 * 176);
    for (let i = 0; i < 300; i += 1) expect(trie.find(String(i), 7)?.key).toBe(String(i));
    for (let i = 0; i < 300; i += 1) trie.remove(String(i), 7);
    expect(trie.nodeBytes).toBe(0);
  });

  it("finds what was added and not removed", () => {
    const keys = fc.nat(400).map((n) => ({ key: `k${n}`, hash: hashOf(`k${n}`) & 0xff }));
    const step = fc.record({ add: fc.boolean(), of: keys });
    fc.assert(
      fc.property(fc.array(step, { minLength: 400, maxLength: 1200 }), (steps) => {
        const trie = new HashTrie<Entry>();
        const model = new Set<string>();
        for (const { add, of } of steps) {
          expect(trie.find(of.key, of.hash) !== null).toBe(model.has(of.key));
          if (add && !model.has(of.key)) trie.add(entryOf(of.key, of.hash));
          if (!add) expect(trie.remove(of.key, of.hash) !== null).toBe(model.has(of.key));
          if (add) model.add(of.key);
          else model.delete(of.key);
          expect(trie.count).toBe(model.size);
        }
        expect(keysOf(trie).toSorted()).toEqual([...model].toSorted());
      }),
      { numRuns: 30 },
    );
  });

  it("says which place it does not have", () => {
    expect(() => trieOf([]).at(0)).toThrow('cannot read entry "0" of 0');
    expect(() => trieOf(["a"]).at(1)).toThrow('cannot read entry "1" of 1');
  });
});

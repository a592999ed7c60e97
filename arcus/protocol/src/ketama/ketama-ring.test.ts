import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ketamaHash, ketamaPoints, POINTS_PER_NODE } from "./ketama-points.ts";
import { KetamaRing } from "./ketama-ring.ts";

/** The nodes that the Java client's own test of its locator uses. */
function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `127.0.0.1:${10_000 + index}`);
}

const THREE = ["127.0.0.1:11211", "127.0.0.1:11212", "127.0.0.1:11213"];

describe("ketamaPoints", () => {
  it("are those of a real cloud", () => {
    const first = (name: string) => Array.from(ketamaPoints(name).slice(0, 4), (point) => point.toString(16));
    expect(first("127.0.0.1:11211")).toEqual(["9a56fae2", "585ecf4e", "98bf09ab", "59c848d9"]);
    expect(first("127.0.0.1:11212")).toEqual(["269dd019", "cbdea72d", "5ba8950", "f8e26127"]);
    expect(first("127.0.0.1:11213")).toEqual(["c885a815", "e5fc7bad", "72f50f0c", "226d849e"]);
    expect(ketamaPoints("127.0.0.1:11211")).toHaveLength(POINTS_PER_NODE);
  });
});

describe("ketamaHash", () => {
  it("is that of a real cloud, of text and of its bytes", () => {
    expect(ketamaHash("foo")).toBe(0xdb18bdac);
    expect(ketamaHash("ktest:key0")).toBe(0x8ed7a740);
    expect(ketamaHash("test:a")).toBe(0xaf73e5e1);
    expect(ketamaHash("키")).toBe(ketamaHash(Buffer.from("키")));
  });
});

describe("KetamaRing", () => {
  it("places keys as a real cloud of three nodes does", () => {
    const ring = new KetamaRing(THREE);
    expect(["foo", "ktest:key0", "test:a"].map((key) => ring.owner(key))).toEqual(Array(3).fill("127.0.0.1:11213"));
    const counts = new Map<string, number>();
    for (let index = 0; index < 2_000; index++) {
      const owner = ring.owner(`ktest:key${index}`)!;
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    expect(THREE.map((name) => counts.get(name))).toEqual([662, 640, 698]);
  });

  it("places keys as the Java client does", () => {
    const place = (count: number, key: string) => numbered(count).indexOf(new KetamaRing(numbered(count)).owner(key)!);
    const keys = ["dustin", "noelani", "some other key"];
    expect(keys.map((key) => place(4, key))).toEqual([0, 2, 0]);
    expect(keys.map((key) => place(5, key))).toEqual([0, 2, 4]);
    expect([place(5, "36"), place(5, "10037")]).toEqual([2, 3]);
  });

  it("goes around: a hash behind the last point belongs to the first", () => {
    const ring = new KetamaRing(numbered(4));
    const points = numbered(4).flatMap((name) => [...ketamaPoints(name)].map((point) => ({ point, name })));
    const sorted = points.sort((a, b) => a.point - b.point);
    expect(ring.ownerOfHash(sorted.at(-1)!.point)).toBe(sorted.at(-1)!.name);
    expect(ring.ownerOfHash(sorted.at(-1)!.point + 1)).toBe(sorted[0]!.name);
    expect(["V5XS8C8N", "8KR2DKR2", "L9KH6X4X"].map((key) => ring.owner(key))).toEqual(
      Array(3).fill("127.0.0.1:10003"),
    );
  });

  it("has no owner without nodes, and one owner with one node", () => {
    expect(KetamaRing.EMPTY.owner("foo")).toBeNull();
    expect(KetamaRing.EMPTY.ownerOfHash(0)).toBeNull();
    expect(new KetamaRing(["10.0.0.1:11211"]).owner("foo")).toBe("10.0.0.1:11211");
  });

  it("does not depend on the order of the nodes, and takes each once", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(numbered(8), { minLength: 1 }), fc.string(), (names, key) => {
        const ring = new KetamaRing([...names, ...names]);
        expect(ring.names).toEqual([...names].sort());
        expect(ring.owner(key)).toBe(new KetamaRing(names.toReversed()).owner(key));
      }),
      { numRuns: 30 },
    );
  });

  it("moves keys only to a node that comes, and only from a node that goes", () => {
    const before = new KetamaRing(numbered(4));
    const after = new KetamaRing(numbered(5));
    for (let index = 0; index < 500; index++) {
      const [old, now] = [before.owner(`key${index}`), after.owner(`key${index}`)];
      expect([old, "127.0.0.1:10004"]).toContain(now);
    }
  });

  it("gives a point that two nodes share to the lesser name", () => {
    const shared = 0xbbee5a39;
    const names = ["10.0.2.53:11211", "10.0.2.161:11211"];
    for (const name of names) expect(ketamaPoints(name)).toContain(shared);
    expect(new KetamaRing(names).ownerOfHash(shared)).toBe("10.0.2.161:11211");
    expect(new KetamaRing(names.toReversed()).ownerOfHash(shared)).toBe("10.0.2.161:11211");
  });
});

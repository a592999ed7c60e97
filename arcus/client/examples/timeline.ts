// What b+trees are for: each user has a timeline of posts, sorted by time, of which only the newest are kept. A reader sees the
// posts of all whom he follows, newest first, by one sort-merge get over many keys on many nodes.
//
//   node --conditions=source arcus/client/examples/timeline.ts [ensemble] [service code]
import { ArcusClient } from "@branta/arcus-client";

const [ensemble = "127.0.0.1:2181", serviceCode = "test"] = process.argv.slice(2);
const USERS = ["ana", "ben", "cho"];
const KEPT = 4;

await using cache = await ArcusClient.connect(ensemble, serviceCode);
await cache.flushPrefix("timeline");

/** The flag of a post says what kind it is, so that a reader can leave kinds out. */
const KIND = { text: Buffer.from([1]), photo: Buffer.from([2]) };

const posts = Array.from({ length: 18 }, (_, minute) => ({
  key: `timeline:${USERS[minute % USERS.length]}`,
  bkey: 1_000 + minute,
  value: `${USERS[minute % USERS.length]}'s post of minute ${minute}`,
  eflag: minute % 2 === 0 ? KIND.text : KIND.photo,
}));
const outcomes = await cache.trees.insertMany(posts, { create: { maxCount: KEPT, overflow: "smallest_trim" } });
console.log(`${outcomes.filter((outcome) => outcome === "created" || outcome === "stored").length} posts stored`);

const keys = USERS.map((user) => `timeline:${user}`);
const newest = await cache.trees.sortMerge(keys, [2n ** 64n - 1n, 0], { count: 5 });
for (const { key, bkey, value } of newest.elements) console.log(`${key} ${bkey}: ${value}`);

const photos = await cache.trees.get("timeline:ana", [2n ** 64n - 1n, 0], {
  filter: { comparison: "EQ", values: KIND.photo },
  count: 2,
});
console.log(`ana's photos: ${photos?.elements.map(({ value }) => value).join("; ")}`);

const all = await cache.trees.get("timeline:ana", [0, 2n ** 64n - 1n]);
console.log(`ana has ${all?.elements.length} posts left; older ones are ${all?.trimmed === true ? "gone" : "there"}`);

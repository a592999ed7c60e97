// The most common use of a cache: look there first, ask the slow source only for what is not there, and keep the answer for a
// while. A cache that cannot be reached makes the program slower, and nothing else.
//
//   node --conditions=source arcus/client/examples/cache-aside.ts [ensemble] [service code]
import { ArcusClient, isArcusError, json } from "@branta/arcus-client";

interface Article {
  readonly id: number;
  readonly title: string;
}

const [ensemble = "127.0.0.1:2181", serviceCode = "test"] = process.argv.slice(2);
const ARTICLE = json<Article>();

let questions = 0;

/** What a data base would be asked. */
function readFromSource(id: number): Article {
  questions++;
  return { id, title: `Article ${id}` };
}

await using cache = await ArcusClient.connect(ensemble, serviceCode);

async function article(id: number): Promise<Article> {
  const key = `article:${id}`;
  try {
    const cached = await cache.get(key, { as: ARTICLE });
    if (cached !== null) return cached;
  } catch (error) {
    if (!isArcusError(error, "nodeDown", "connectionLost", "timedOut", "noNodes")) throw error;
    console.log(`without the cache: ${error.message}`);
  }
  const found = readFromSource(id);
  await cache.set(key, found, { as: ARTICLE, expireSeconds: 60 }).catch(() => {});
  return found;
}

await cache.flushPrefix("article");
for (const round of [1, 2]) {
  for (const id of [1, 2, 3]) await article(id);
  console.log(`after round ${round}: ${questions} questions to the source`);
}
await cache.set("article:1", { id: 1, title: "Another title" }, { as: ARTICLE });
console.log(`now it is "${(await article(1)).title}"`);

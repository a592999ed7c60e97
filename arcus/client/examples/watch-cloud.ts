// What the hooks tell: which nodes the cloud has, which of them answer, and how long operations take. Start and stop nodes
// while it runs.
//
//   node --conditions=source arcus/client/examples/watch-cloud.ts [ensemble] [service code] [seconds]
import { ArcusClient } from "@branta/arcus-client";

const [ensemble = "127.0.0.1:2181", serviceCode = "test", seconds = "30"] = process.argv.slice(2);
let operations = 0;
let failures = 0;
let longestMs = 0;

await using cache = await ArcusClient.connect(ensemble, serviceCode, {
  hooks: {
    ring: ({ nodes }) => console.log(`the cloud is ${nodes.join(", ") || "empty"}`),
    node: ({ node, state, error }) => console.log(`${node} is ${state}${error === null ? "" : `: ${error.message}`}`),
    operation: ({ outcome, durationMs }) => {
      operations++;
      if (outcome !== "ok") failures++;
      longestMs = Math.max(longestMs, durationMs);
    },
    warning: (error) => console.log(`goes on without: ${String(error)}`),
  },
});

for (let second = 0; second < Number(seconds); second++) {
  const keys = Array.from({ length: 100 }, (_, index) => `watch:${index}`);
  await Promise.allSettled(keys.map((key) => cache.set(key, second, { expireSeconds: 10 })));
  console.log(`${operations} operations, ${failures} failed, the longest took ${longestMs.toFixed(1)} ms`);
  [operations, failures, longestMs] = [0, 0, 0];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

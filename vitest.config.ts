import { defineConfig } from "vitest/config";

/** What stands between a crash and the acknowledged writes: every branch is tested. */
const RECOVERY = ["recover", "read-txn-log", "log-scanner", "log-frame", "torn-tail", "cut-log"].map(
  (name) => `zookeeper/server/src/storage/${name}.ts`,
);

/**
 * One run for the whole tree: tests lie beside the code they test.
 * Packages resolve each other as TypeScript (the `source` condition), so nothing has to be built first.
 */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
  test: {
    include: ["{foundation,zookeeper,arcus,tools}/**/*.test.ts", "tests/*/src/**/*.test.ts", "bench/src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    execArgv: ["--conditions=source"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A process of its own for each file costs more than all tests together.
    isolate: false,
    // Measured by the tests that lie beside the code, and by the plays and seeds of the ensemble's core: npm run coverage.
    coverage: {
      provider: "v8",
      include: ["{foundation/bytes,{zookeeper,arcus}/{protocol,engine}}/src/**/*.ts", ...RECOVERY],
      exclude: ["**/*.test.ts", "**/index.ts", "**/testing/**"],
      reporter: [["text", { skipFull: true }], "text-summary", "json-summary", "html"],
      thresholds: {
        "foundation/bytes/src/**": { lines: 95 },
        "zookeeper/protocol/src/**": { lines: 95 },
        "zookeeper/engine/src/**": { lines: 95 },
        "arcus/protocol/src/**": { lines: 95 },
        "arcus/engine/src/**": { lines: 95 },
        ...Object.fromEntries(RECOVERY.map((file) => [file, { lines: 100, branches: 100 }])),
      },
    },
  },
});

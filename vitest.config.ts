import { defineConfig } from "vitest/config";

/**
 * One run for the whole tree: tests lie beside the code they test.
 * Packages resolve each other as TypeScript (the `source` condition), so nothing has to be built first.
 */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
  test: {
    include: ["{foundation,zookeeper,tools}/**/*.test.ts", "tests/*/src/**/*.test.ts", "bench/src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    execArgv: ["--conditions=source"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["foundation/bytes/src/**", "zookeeper/protocol/src/**", "zookeeper/engine/src/**"],
      exclude: ["**/*.test.ts", "**/index.ts"],
      reporter: ["text-summary", "json-summary", "html"],
      thresholds: { lines: 95 },
    },
  },
});

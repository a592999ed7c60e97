import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderConfigurationGuide } from "./configuration-guide.ts";
import { settingChapters, serverSettings } from "./server-settings.ts";

const page = fileURLToPath(new URL("../../../../docs/guides/zookeeper-configuration.md", import.meta.url));

test("the guide shows the tables as they are (UPDATE=1 rewrites it)", () => {
  const rendered = renderConfigurationGuide();
  if (process.env["UPDATE"] === "1") {
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, rendered);
  }
  expect(readFileSync(page, "utf8")).toBe(rendered);
});

test("no field and no key stands in two tables", () => {
  const fields = Object.values(settingChapters).flatMap((table) => Object.keys(table));
  expect(new Set(fields).size).toBe(fields.length);
  const keys = Object.values(serverSettings).map((row) => row.key);
  expect(new Set(keys).size).toBe(keys.length);
});

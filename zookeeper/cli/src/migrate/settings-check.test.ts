import { expect, it } from "vitest";
import { settingsChecks } from "./settings-check.ts";

const ENSEMBLE = "server.1=a:2888:3888\nserver.2=b:2888:3888\nserver.3=c:2888:3888\n";
const BASE = `dataDir=/data\nclientPort=2181\ninitLimit=10\nsyncLimit=5\n${ENSEMBLE}`;

function check(text: string): string[] {
  const files = new Map([["zoo.cfg", text]]);
  return settingsChecks("zoo.cfg", 1, (name) => files.get(name) ?? null).map(
    (finding) => `${finding.level} ${finding.text}`,
  );
}

it("takes a file that Branta serves in full", () => {
  expect(check(BASE)).toEqual(["ok Branta serves all of zoo.cfg"]);
});

it("warns of what has no effect, and of words that nobody knows", () => {
  const [unknown, kinit] = check(`${BASE}tickTim=3\nkinit=/usr/bin/kinit\n`);
  expect(unknown).toMatch(/^warn zoo\.cfg.*"tickTim".*did you mean "tickTime"/);
  expect(kinit).toBe('warn "kinit" has no effect in Branta: Kerberos');
});

it("stops at what Branta would not start with", () => {
  expect(check(`${BASE}tickTime=soon\n`)[0]).toMatch(/^stop .*tickTime/);
});

// The Arcus Java client against a cloud of Branta's; see tests/conformance/arcus-java.sh, which starts it.
import { ArcusClient } from "@branta/arcus-client";
import { KetamaRing } from "@branta/arcus-protocol";
import { endWithThisProcess } from "@branta/tests-kit";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CacheCloud } from "./arcus/cache-cloud.ts";

const NODES = 3;
const KEYS = 2_000;
const LIMIT_MS = 240_000;

const classPath = process.env["ARCUS_JAVA_CLASSPATH"];
if (classPath === undefined) throw new Error("Cannot run the Java client: ARCUS_JAVA_CLASSPATH must be set");

let passed = 0;
let failed = 0;
const places = new Map<string, string>();

function verdict(good: boolean, text: string): void {
  if (good) passed++;
  else failed++;
  console.log(`${good ? "passed" : "FAILED"}  ${text}`);
}

await using cloud = await CacheCloud.start(NODES);
const words = ["-Xmx256m", "-cp", classPath, "ArcusJavaCheck", cloud.ensemble, cloud.serviceCode];
const java = spawn("java", words, {
  stdio: ["pipe", "pipe", process.env["ARCUS_JAVA_VERBOSE"] === undefined ? "ignore" : "inherit"],
});
endWithThisProcess(java);
const limit = setTimeout(() => java.kill("SIGKILL"), LIMIT_MS);
let isDone = false;
for await (const line of createInterface(java.stdout)) {
  const [word = "", ...rest] = line.split(" ");
  const text = rest.join(" ");
  if (word === "place") places.set(rest[0] ?? "", rest[1] ?? "");
  else if (word === "passed" || word === "failed") {
    verdict(word === "passed", text);
    if (text.startsWith("places")) await checkPlaces();
  } else if (word === "kill") {
    await cloud.node(text).kill();
    java.stdin.write("killed\n");
  } else if (word === "start") {
    cloud.node(text).start();
    await cloud.joined(NODES);
    java.stdin.write("started\n");
  } else if (word === "done") isDone = true;
}
clearTimeout(limit);
verdict(isDone, "runs to its end");
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** Whether this repository's ring says the same as the Java client, and whether each key is where both say. */
async function checkPlaces(): Promise<void> {
  const ring = new KetamaRing(cloud.nodes.map((node) => node.address));
  const same = [...places].filter(([key, address]) => ring.owner(key) === address).length;
  verdict(same === KEYS, `${same} of ${KEYS} keys are placed by the ring as the Java client places them`);
  await using client = await ArcusClient.connect(cloud.ensemble, cloud.serviceCode, {
    timeoutMs: 20_000,
    connectTimeoutMs: 20_000,
  });
  const { values } = await client.getMany(places.keys());
  const found = [...places.keys()].filter((key, index) => values.get(key) === `value${index}`).length;
  verdict(found === KEYS, `${found} of ${KEYS} keys are read by the TypeScript client as the Java client stored them`);
}

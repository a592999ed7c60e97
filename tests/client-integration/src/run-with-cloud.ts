// Runs a command beside a cloud of so many cache nodes, which it finds in ARCUS_ENSEMBLE, ARCUS_SERVICE_CODE and ARCUS_NODE (the
// address of one of them). Ends with the command's exit code.
//
//   node --conditions=source tests/client-integration/src/run-with-cloud.ts NODES COMMAND ARGUMENT…
import { endWithThisProcess } from "@branta/tests-kit";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { CacheCloud } from "./arcus/cache-cloud.ts";

const [size = "", command, ...words] = process.argv.slice(2);
if (command === undefined || !/^[1-9]$/.test(size)) {
  throw new Error(
    `Cannot run "${command ?? ""}" beside a cloud of "${size}" nodes: wanted are 1 to 9 nodes and a command`,
  );
}

await using cloud = await CacheCloud.start(Number(size));
const child = spawn(command, words, {
  stdio: "inherit",
  env: {
    ...process.env,
    ARCUS_ENSEMBLE: cloud.ensemble,
    ARCUS_SERVICE_CODE: cloud.serviceCode,
    ARCUS_NODE: cloud.nodes[0]!.address,
  },
});
endWithThisProcess(child);
const [status] = (await once(child, "exit")) as [number | null];
process.exitCode = status ?? 1;

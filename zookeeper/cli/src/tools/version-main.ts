import { CLI_VERSION } from "../version.ts";

/** `zkServer.sh version`. Begins as scripts that cut the number out of it expect. */

const [compatible, , built] = CLI_VERSION.split(/-branta-|, built on /);
process.stdout.write(`Apache ZooKeeper, version ${compatible} ${built}\n`);
process.stdout.write(`Branta ${CLI_VERSION.split("-branta-")[1]?.split(",")[0]}, compatible with the above\n`);

import { enableCompileCache } from "node:module";

// Before anything else is loaded: stripped and compiled modules are kept from one start to the next. A bundle loads as
// fast without, and would leave a copy behind for each of its versions.
if (import.meta.filename.endsWith(".ts")) enableCompileCache();
const { runNode } = await import("./node/run-node.ts");
await runNode(process.argv.slice(2), process.env);

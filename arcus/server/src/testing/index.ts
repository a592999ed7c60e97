/** Nodes and clients for tests. */
export { DetachedClient } from "./detached-client.ts";
export { startTestNode } from "./start-test-node.ts";

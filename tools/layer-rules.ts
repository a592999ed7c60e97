/** The floors of a wing and those each may stand on. Foundation lies under all of them. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  engine: ["protocol"],
  client: ["protocol"],
  server: ["engine", "protocol"],
  cli: ["server", "engine", "client", "protocol"],
};

/** Wings whose packages are workbenches: they may look at every package of the house. */
const WORKBENCHES = new Set(["tests", "bench"]);

/** The floors that may reach into another wing, and only through its client. */
const MAY_REACH_OUT = new Set(["client", "server", "cli"]);

/**
 * Why a package in one folder may not import a package in another one; null when it may.
 *
 * @param from folder of the importing workspace, `zookeeper/engine`
 * @param to folder of the imported workspace
 */
export function forbidden(from: string, to: string): string | null {
  const [fromWing = "", fromFloor = ""] = from.split("/");
  const [toWing = "", toFloor = ""] = to.split("/");
  if (from === to) return null;
  if (WORKBENCHES.has(fromWing)) return null;
  if (WORKBENCHES.has(toWing)) return "the product never imports a test or a benchmark";
  if (toWing === "foundation") return null;
  if (fromWing === "foundation") return "foundation knows no product";
  if (fromWing !== toWing) {
    if (toFloor !== "client") return "another wing is reached only through its client";
    return MAY_REACH_OUT.has(fromFloor) ? null : "only client, server and cli reach into another wing";
  }
  const allowed = BELOW[fromFloor];
  if (allowed === undefined) return `the floor "${fromFloor}" is not one of ${Object.keys(BELOW).join(", ")}`;
  return allowed.includes(toFloor) ? null : `${fromFloor} stands on ${[...allowed, "foundation"].join(", ")} only`;
}

/** How often what happened in a world. */
export type Counts = ReturnType<typeof noCounts>;

/** Nothing has happened yet. All names are there from the beginning: to count is done in every event. */
export function noCounts() {
  return {
    starts: 0,
    crashes: 0,
    outages: 0,
    storms: 0,
    pauses: 0,
    partitions: 0,
    resets: 0,
    resigns: 0,
    pretenders: 0,
    proposals: 0,
    commits: 0,
    delivered: 0,
    syncs: 0,
    reconfigs: 0,
    established: 0,
    diff: 0,
    trunc: 0,
    snap: 0,
    restores: 0,
    reloads: 0,
    logsRead: 0,
    logsNotRead: 0,
  };
}

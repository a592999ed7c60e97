/** What kind of node a create makes: the `flags` of the create requests. */
export const CreateMode = {
  Persistent: 0,
  Ephemeral: 1,
  PersistentSequential: 2,
  EphemeralSequential: 3,
  Container: 4,
  PersistentWithTtl: 5,
  PersistentSequentialWithTtl: 6,
} as const;

export type CreateMode = (typeof CreateMode)[keyof typeof CreateMode];

/** True if `flags` is a mode at all; servers answer BadArguments to others. */
export function isCreateMode(flags: number): flags is CreateMode {
  return Number.isInteger(flags) && flags >= CreateMode.Persistent && flags <= CreateMode.PersistentSequentialWithTtl;
}

/** True if the node goes away with the session that made it. */
export function isEphemeral(mode: CreateMode): boolean {
  return mode === CreateMode.Ephemeral || mode === CreateMode.EphemeralSequential;
}

/** True if the server appends the parent's counter to the name. */
export function isSequential(mode: CreateMode): boolean {
  return (
    mode === CreateMode.PersistentSequential ||
    mode === CreateMode.EphemeralSequential ||
    mode === CreateMode.PersistentSequentialWithTtl
  );
}

/** True if the node may be removed when it has had children and lost the last. */
export function isContainer(mode: CreateMode): boolean {
  return mode === CreateMode.Container;
}

/** True if the node may be removed when it is unchanged and childless for its time to live. */
export function isTtl(mode: CreateMode): boolean {
  return mode === CreateMode.PersistentWithTtl || mode === CreateMode.PersistentSequentialWithTtl;
}

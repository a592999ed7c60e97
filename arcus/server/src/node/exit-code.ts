/** How a cache node's process ends: the numbers of sysexits.h, as arcus-memcached uses them. */
export const ExitCode = {
  ok: 0,
  /** A value of the command line is out of its range. */
  failure: 1,
  usage: 64,
  noUser: 67,
  /** No server of the ensemble can be reached. */
  unavailable: 69,
  /** An error that nobody foresaw. */
  software: 70,
  /** The operating system refused: a port is taken, a file cannot be made. */
  osError: 71,
  /** The session expired: the cloud has gone on without this node. */
  temporaryFailure: 75,
  /** The node could not join its cloud. */
  protocol: 76,
  /** An identity was refused. */
  noPermission: 77,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

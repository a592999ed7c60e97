import type { CommandLine } from "../command-line/command-line.ts";
import type { HostPool } from "../hosts/host-pool.ts";
import type { Report } from "../output/report.ts";

/** What every task of one command works with. */
export interface TaskContext {
  readonly line: CommandLine;
  readonly hosts: HostPool;
  readonly report: Report;
  /** The folder of the package, on this machine and on every other. */
  readonly arcusPath: string;
  /** How the script was called, for advice. */
  readonly self: string;
  /** ZooKeeper's folder on every host. */
  readonly zookeeperPath: string;
}

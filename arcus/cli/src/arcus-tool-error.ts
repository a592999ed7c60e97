/**
 * Why `arcus.sh` could not do its work.
 *
 * - `badArgument`: the command line asks for something that there is not
 * - `badConfiguration`: a configuration file cannot be used
 * - `noPackage`: this folder, or a host's, does not hold what is to be run
 * - `hostUnreachable`: no connection to a host, or it broke
 * - `loginRefused`: a host does not let this user in, or is not the host that it was
 * - `commandFailed`: a command on a host failed
 * - `outOfTime`: something did not happen within its time limit
 * - `noZooKeeper`: no ZooKeeper server takes a session
 * - `notRegistered`: there is no such cloud, or no place for clouds
 * - `conflict`: what runs or is registered stands in the way
 * - `canceled`: the operator said no
 */
export type ArcusToolErrorCode =
  | "badArgument"
  | "badConfiguration"
  | "noPackage"
  | "hostUnreachable"
  | "loginRefused"
  | "commandFailed"
  | "outOfTime"
  | "noZooKeeper"
  | "notRegistered"
  | "conflict"
  | "canceled";

/** The only error of this package that is meant for an operator: the message says what to do. */
export class ArcusToolError extends Error {
  override readonly name = "ArcusToolError";
  readonly code: ArcusToolErrorCode;

  constructor(code: ArcusToolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A port could not be opened. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly code: "addressInUse" | "notPermitted" | "badAddress";

  constructor(options: { host: string | null; port: number; key: string; cause: Error }) {
    const { host, port, key, cause } = options;
    const code = codeOf(cause);
    const where = `"${host ?? "*"}:${port}" (${key})`;
    super(`Cannot listen on ${where}: ${EXPLANATIONS[code]}`, { cause });
    this.code = code;
  }
}

const EXPLANATIONS = {
  addressInUse: "the port is in use by another process; choose another or stop that one",
  notPermitted: "this user may not open it; ports below 1024 need privileges",
  badAddress: "the address is not one of this machine",
} as const;

function codeOf(cause: Error): keyof typeof EXPLANATIONS {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EADDRINUSE" || code === "addressInUse") return "addressInUse";
  return code === "EACCES" ? "notPermitted" : "badAddress";
}

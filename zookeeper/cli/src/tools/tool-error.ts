/** A toolkit could not do its work; the message is for the operator. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: "badInvocation" | "noFile" | "notALog" | "badEntry" | "aborted" | "targetExists";
  readonly exitCode: number;

  constructor(code: ToolError["code"], message: string, exitCode: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}

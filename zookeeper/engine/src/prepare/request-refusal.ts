import { type ErrorCode, errorMessage } from "@branta/zookeeper-protocol";

/**
 * A request that cannot be carried out, with the code for its sender. Refusals are ordinary results of ordinary
 * requests, so there is one object for each code: no stack is captured each time a node exists already.
 */
export class RequestRefusal extends Error {
  override readonly name = "RequestRefusal";
  readonly code: ErrorCode;

  private constructor(code: ErrorCode) {
    super(errorMessage(code));
    this.code = code;
  }

  static of(code: ErrorCode): RequestRefusal {
    let refusal = REFUSALS.get(code);
    if (refusal === undefined) REFUSALS.set(code, (refusal = new RequestRefusal(code)));
    return refusal;
  }
}

const REFUSALS = new Map<ErrorCode, RequestRefusal>();

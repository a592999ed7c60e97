import type { Dispatcher } from "../cloud/dispatcher.ts";
import type { ValueCodec } from "../values/codec.ts";

/** What every family of operations works with. */
export interface Core {
  readonly dispatcher: Dispatcher;
  readonly codec: ValueCodec;
}

import { ArcusError } from "../arcus-error.ts";
import { JAVA_VALUES, type JavaValue } from "./java-values.ts";
import type { EncodedValue, Transcoder } from "./transcoder.ts";

/** Which values a call takes or answers. */
export interface ValueOptions<T> {
  /** How values become bytes. The client's default, which is that of the Java client. */
  readonly as?: Transcoder<T> | undefined;
}

/** Encodes and decodes for calls, by the transcoder that each names, and tells their mistakes in this package's errors. */
export class ValueCodec {
  readonly #fallback: Transcoder<JavaValue>;

  constructor(fallback: Transcoder<JavaValue> = JAVA_VALUES) {
    this.#fallback = fallback;
  }

  /** @throws ArcusError invalidArgument */
  encode<T>(key: string, value: T, { as }: ValueOptions<T>, place: "item" | "element"): EncodedValue {
    try {
      return (as ?? (this.#fallback as Transcoder<unknown>)).encode(value as never, place);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ArcusError("invalidArgument", `Cannot encode a value for "${key}": ${reason}`, { key, cause });
    }
  }

  /** @throws ArcusError undecodable */
  decode<T>(key: string, flags: number, data: Buffer, { as }: ValueOptions<T>, place: "item" | "element"): T {
    try {
      return (as ?? (this.#fallback as Transcoder<unknown> as Transcoder<T>)).decode(flags, data, place);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ArcusError("undecodable", `Cannot decode the value of "${key}": ${reason}`, { key, cause });
    }
  }
}

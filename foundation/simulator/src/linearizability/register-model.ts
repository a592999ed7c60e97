import type { SequentialModel } from "./sequential-model.ts";

/** Operations of a map of registers; each register is absent (null) at first. */
export type RegisterCall =
  | { readonly kind: "read"; readonly key: string }
  | { readonly kind: "write"; readonly key: string; readonly value: string | null }
  | {
      readonly kind: "compareAndSet";
      readonly key: string;
      readonly expected: string | null;
      readonly value: string | null;
    };

/** What was read; null also from a write. A compareAndSet answers whether it took place. */
export type RegisterResult = string | boolean | null;

/** What the register holds. */
export interface RegisterState {
  readonly value: string | null;
}

/** One register. Histories of a whole map are checked by key: see {@link checkLinearizableByKey}. */
export const registerModel: SequentialModel<RegisterState, RegisterCall, RegisterResult> = {
  initial: { value: null },
  apply(state, call, result) {
    if (call.kind === "read") return result === undefined || result === state.value ? state : null;
    if (call.kind === "write") return { value: call.value };
    const matches = state.value === call.expected;
    if (result !== undefined && result !== matches) return null;
    return matches ? { value: call.value } : state;
  },
  keyOf: ({ value }) => (value === null ? "" : `=${value}`),
};

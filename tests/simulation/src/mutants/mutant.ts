/** A bug that is planted: in a file of the core, this text becomes that. */
export interface Mutant {
  readonly id: string;
  /** Within the core's folder, `leader/leader.ts`. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly find: string;
  readonly replace: string;
  /** What goes wrong with it, or which bug of others it is. */
  readonly why: string;
  /** A second place of the same bug. */
  readonly also?: { readonly find: string; readonly replace: string };
}

/**
 * Called with an error after which the process must not go on, such as a failed fsync: its owner writes the error
 * to the log and ends the process. Whoever calls it does nothing afterwards that anybody could take for success.
 */
export type FatalHook = (error: Error) => void;

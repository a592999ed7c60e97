/** Request and transaction types, by their names in ZooDefs.OpCode. */
export const OpCode = {
  /** Not a request: the type under which watch events travel. */
  notification: 0,
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  /** Made by servers only: removes an empty container or an outlived TTL node. */
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  /** Made by servers only: the handshake is its request. */
  createSession: -10,
  closeSession: -11,
  /** Not a request: a transaction that failed, and a failed result inside multi. */
  error: -1,
} as const;

export type OpCode = (typeof OpCode)[keyof typeof OpCode];

const NAMES = new Map<number, string>(Object.entries(OpCode).map(([name, code]) => [code, name]));

/** The name of an operation, such as "getData"; "unknown 77" for a number that is none. */
export function opName(code: number): string {
  return NAMES.get(code) ?? `unknown ${code}`;
}

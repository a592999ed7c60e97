/** What a watch event says happened (Watcher.Event.EventType). The "removed" ones are made by clients, never sent. */
export const EventType = {
  None: -1,
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
  DataWatchRemoved: 5,
  ChildWatchRemoved: 6,
  PersistentWatchRemoved: 7,
} as const;

export type EventType = (typeof EventType)[keyof typeof EventType];

/** State of a client's session as watch events tell it (Watcher.Event.KeeperState). Servers send only SyncConnected. */
export const KeeperState = {
  Disconnected: 0,
  SyncConnected: 3,
  AuthFailed: 4,
  ConnectedReadOnly: 5,
  SaslAuthenticated: 6,
  Expired: -112,
  Closed: 7,
} as const;

export type KeeperState = (typeof KeeperState)[keyof typeof KeeperState];

/** How an addWatch watch behaves; both modes stay until they are removed. */
export const AddWatchMode = {
  /** Events of the node and of its child list. */
  Persistent: 0,
  /** Events of the node and of everything below it; no child-list events. */
  PersistentRecursive: 1,
} as const;

export type AddWatchMode = (typeof AddWatchMode)[keyof typeof AddWatchMode];

/** Which watches checkWatches and removeWatches mean (Watcher.WatcherType). */
export const WatcherType = {
  Children: 1,
  Data: 2,
  Any: 3,
  Persistent: 4,
  PersistentRecursive: 5,
} as const;

export type WatcherType = (typeof WatcherType)[keyof typeof WatcherType];

const EVENT_NAMES = new Map<number, string>(Object.entries(EventType).map(([name, type]) => [type, name]));
const STATE_NAMES = new Map<number, string>(Object.entries(KeeperState).map(([name, state]) => [state, name]));

/** The name of an event type, such as "NodeCreated"; "unknown 9" for a number that is none. */
export function eventTypeName(type: number): string {
  return EVENT_NAMES.get(type) ?? `unknown ${type}`;
}

/** The name of a session state, such as "SyncConnected"; "unknown 9" for a number that is none. */
export function keeperStateName(state: number): string {
  return STATE_NAMES.get(state) ?? `unknown ${state}`;
}

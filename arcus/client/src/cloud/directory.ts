/** Says which nodes a cloud has. */
export interface Directory extends AsyncDisposable {
  /** Tells the nodes, `ip:port` each, once now and after every change. */
  follow(listener: (addresses: readonly string[]) => void): void;
}

/** A cache node: sockets, commands and its place in the cloud, round one cache. */
export {};

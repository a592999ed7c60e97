/** The client library of cache clouds. */
export {};

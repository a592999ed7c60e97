/** The cache: items, collections, prefixes and their memory. No I/O, no clock, no random numbers. */
export {};

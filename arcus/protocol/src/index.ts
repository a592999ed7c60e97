/** What cache nodes, clients and the admin tool say to each other: the ASCII protocol, the ring, the znodes. */
export {};

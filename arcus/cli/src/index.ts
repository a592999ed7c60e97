/** `arcus.sh` and `memcached`: the commands that operators type. */
export {};

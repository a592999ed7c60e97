/** The release of arcus-memcached that a node answers as: clients learn from it which commands they may send. */
export const VERSION = "1.15.0";

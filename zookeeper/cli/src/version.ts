/** The Apache ZooKeeper whose behaviour and words these commands have, then this product's own version. */
export const CLI_VERSION = "3.9.5-branta-0.1.0, built on 2026-11-21 12:00 UTC";

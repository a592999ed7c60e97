/** The help text. The first part is upstream's, line by line, since people know it. @param self how the script was called */
export function usage(self: string): string {
  return [
    "Usage:",
    `  ${self} -h`,
    `  ${self} [-z <zklist>] deploy <conf_file> | ping <service_code>`,
    `  ${self} [-z <zklist>] zookeeper init`,
    `  ${self} [-z <zklist>] zookeeper start|stop|stat`,
    `  ${self} [-z <zklist>] memcached register <conf_file> | unregister <service_code>`,
    `  ${self} [-z <zklist>] memcached start|stop|list <service_code>`,
    `  ${self} [-z <zklist>] memcached listall`,
    `  ${self} [-z <zklist>] quicksetup <conf_file>`,
    "Behind the service code, start and stop take nodes, <ip:port>: only those.",
    "Options, anywhere:",
    "  -z, --zklist <host:port,...>  the ZooKeeper servers, instead of zklist at the top of the script",
    "  --json                        list, listall and zookeeper stat: one JSON value, nothing else",
    "  --timeout <seconds>           how long a server or a node may take to be there (60)",
    "  --ssh-user <name>             who logs in at other hosts (the user here)",
    "  --ssh-port <number>           port of their SSH servers (22)",
    "  --ssh-key <file>              a private key, tried before those of ~/.ssh",
    "",
  ].join("\n");
}

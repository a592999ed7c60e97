import { VERSION } from "../version.ts";

/** What `-h` prints. */
export const USAGE = `arcus-memcached ${VERSION}, as served by Branta
Where clients reach it:
  -p <port>      TCP port (default: 11211)
  -l <address>   interface to listen on (default: all)
  -s <file>      listen on a UNIX socket instead
  -a <mask>      mode of the UNIX socket, octal (default: 0700)
  -c <number>    connections at a time (default: 1024)
  -b <number>    connections that may wait to be accepted (default: 1024)
  -U <port>      taken and ignored: there is no UDP
  -B <protocol>  auto or ascii; with binary every connection is closed
What it keeps:
  -m <MB>        memory for items (default: 64)
  -M             refuse new items when memory is used up, instead of removing old ones
  -g <MB>        memory for sticky items (default: 0)
  -I <size>      largest item, 20k to 128m (default: 1m)
  -D <char>      delimiter of prefixes (default: ":"); gathers their statistics from the start
  -C             no cas
  -q             clients may not switch statistics of prefixes on or off
  -e <config>    name=value;..., or config_file=<file>; wins over the other options
The cloud it joins:
  -z <list>      host:port,... of the coordination servers
  -o <seconds>   session timeout, 10 to 2000 (default: 30)
How it runs:
  -d             as a daemon
  -P <file>      write the process id to the file, with -d
  -u <user>      become this user; needed when root starts it
  -v, -vv, -vvv  say more
  -R <number>    commands of one connection in a row (default: 20)
  -t <number>    taken and shown by "stats": one event loop serves all connections
  -E, -X <file>  engine and modules: their names are taken, nothing is loaded
  -f, -n, -r, -k, -L, -O   taken, and of no effect
  -h             print this
  -i             print the license

Environment:
  MEMCACHED_PORT_FILENAME         file that is to tell the port
  MEMCACHED_TOP_KEYS              number of keys to gather statistics of
  ARCUS_METRICS_ADDRESS           [host:]port where Prometheus may ask for metrics
  ARCUS_CACHE_PUBLIC_IP           address under which to join the cloud
  ARCUS_CACHE_HOSTNAME_OVERWRITE  host name under which to join the cloud
`;

/** What `-i` prints. */
export const LICENSE = `arcus-memcached ${VERSION}, as served by Branta

Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
`;

/**
 * Keys that Apache reads and that mean nothing here: threads, buffers and tools of the Java virtual machine.
 * They are accepted without a word, so that a zoo.cfg written for Apache starts as it is. A key that ends in `*`
 * stands for all keys that begin so.
 */
export const ignoredSettings: Readonly<Record<string, string>> = {
  "nio.*": "threads and buffers of Apache's NIO network layer",
  "netty.*": "threads and buffers of Apache's Netty network layer",
  "commitProcessor.*": "threads of Apache's commit processor",
  "jvm.pause.*": "garbage collector pauses of the JVM",
  "watcherClean*": "threads that clean Apache's optimised watch table",
  maxInProcessingDeadWatchers: "the same",
  bitHashCacheSize: "the same",
  "messageTracker.*": "a debugging aid of Apache's leader",
  "pathStats.*": "a debugging aid that samples request paths",
  "jmx.*": "Java management beans",
  kinit: "Kerberos command of the JVM",
  "kerberos.*": "Kerberos of the JVM",
  "security.*": "Kerberos of the JVM",
  "server.principal": "Kerberos of the JVM",
  "server.realm": "Kerberos of the JVM",
  requireKerberosConfig: "Kerberos of the JVM",
  "quorum.cnxn.threads.size": "threads of Apache's election connections",
  intBufferStartingSizeBytes: "first size of a Java buffer",
  "learner.closeSocketAsync": "a Java thread for closing sockets",
  "leader.closeSocketAsync": "a Java thread for closing sockets",
  "leader.ackLoggingFrequency": "how often Apache's leader logs an acknowledgement",
  "leader.nodelay": "TCP_NODELAY is always set",
  "follower.nodelay": "TCP_NODELAY is always set",
  leaderConnectDelayDuringRetryMs: "a fixed part of connecting here",
  "follower.skipLearnerRequestToNextProcessor": "an order of Apache's processors",
  forward_learner_requests_to_commit_processor_disabled: "an order of Apache's processors",
  "observerMaster.sizeLimit": "memory for what observers lack: here that is `commitLogCount`, and the log on disk",
  forceSnapshotSync: "a test switch of Apache's leader",
  "metricsProvider.*": "threads and queues of Apache's metrics",
  "log.*": "log4j's file names; the start script decides where standard output goes",
  "console.threshold": "log4j's console level",
  "tracelog.*": "log4j's trace file",
  "auditlog.*": "log4j's audit file",
  "client.*": "settings of clients, not of servers",
  "sasl.client*": "settings of clients, not of servers",
  clientCnxnSocket: "settings of clients, not of servers",
  "request.timeout": "settings of clients, not of servers",
  jaasLoginRenew: "an interval that Apache never reads",
  requireClientAuthScheme: "a switch that Apache never reads",
  disableAutoWatchReset: "settings of clients, not of servers",
};

/** Whether a key is one of {@link ignoredSettings}. */
export function isIgnoredSetting(key: string): boolean {
  if (key in ignoredSettings) return true;
  return Object.keys(ignoredSettings).some((name) => name.endsWith("*") && key.startsWith(name.slice(0, -1)));
}

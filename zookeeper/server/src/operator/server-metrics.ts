import { type Counter, MetricsRegistry, type Summary } from "@branta/foundation-observe";

/**
 * Every counter and summary of Apache ZooKeeper 3.9.5's ServerMetrics, under the same names, in the order in which
 * Apache's `mntr` prints them. Fields are the names in camel case. On hot paths write `metrics.commitCount.value++`.
 *
 * Times are whole milliseconds. Metrics of parts that a server does not have (garbage collector, Netty, an ensemble's
 * learners) stay at 0, so that boards and scripts find what they look for.
 */
export class ServerMetrics {
  readonly registry = new MetricsRegistry();

  readonly watchBytes = this.#counter("watch_bytes");
  readonly staleRequestsDropped = this.#counter("stale_requests_dropped");
  readonly throttledOps = this.#counter("throttled_ops");
  readonly insecureAdminCount = this.#counter("insecure_admin_count");
  readonly connectionRejected = this.#counter("connection_rejected");
  readonly sessionlessConnectionsExpired = this.#counter("sessionless_connections_expired");
  readonly deadWatchersQueued = this.#counter("dead_watchers_queued");
  readonly staleRequests = this.#counter("stale_requests");
  readonly connectionDropCount = this.#counter("connection_drop_count");
  readonly responsePacketCacheHits = this.#counter("response_packet_cache_hits");
  readonly bytesReceivedCount = this.#counter("bytes_received_count");
  readonly addDeadWatcherStallTime = this.#counter("add_dead_watcher_stall_time");
  readonly requestThrottleWaitCount = this.#counter("request_throttle_wait_count");
  readonly requestsNotForwardedToCommitProcessor = this.#counter("requests_not_forwarded_to_commit_processor");
  readonly responsePacketCacheMisses = this.#counter("response_packet_cache_misses");
  readonly prepProcessorRequestQueued = this.#counter("prep_processor_request_queued");
  readonly staleReplies = this.#counter("stale_replies");
  readonly responseBytes = this.#counter("response_bytes");
  readonly ensembleAuthFail = this.#counter("ensemble_auth_fail");
  readonly diffCount = this.#counter("diff_count");
  readonly connectionRevalidateCount = this.#counter("connection_revalidate_count");
  readonly quitLeadingDueToDisloyalVoter = this.#counter("quit_leading_due_to_disloyal_voter");
  readonly unrecoverableErrorCount = this.#counter("unrecoverable_error_count");
  readonly unsuccessfulHandshake = this.#counter("unsuccessful_handshake");
  readonly commitCount = this.#counter("commit_count");
  readonly outstandingChangesQueued = this.#counter("outstanding_changes_queued");
  readonly requestCommitQueued = this.#counter("request_commit_queued");
  readonly ensembleAuthSkip = this.#counter("ensemble_auth_skip");
  readonly skipLearnerRequestToNextProcessorCount = this.#counter("skip_learner_request_to_next_processor_count");
  readonly proposalCount = this.#counter("proposal_count");
  readonly largeRequestsRejected = this.#counter("large_requests_rejected");
  readonly outstandingChangesRemoved = this.#counter("outstanding_changes_removed");
  readonly restoreErrorCount = this.#counter("restore_error_count");
  readonly cnxnClosedWithoutZkServerRunning = this.#counter("cnxn_closed_without_zk_server_running");
  readonly lookingCount = this.#counter("looking_count");
  readonly snapshotRateLimitedCount = this.#counter("snapshot_rate_limited_count");
  readonly learnerProposalReceivedCount = this.#counter("learner_proposal_received_count");
  readonly digestMismatchesCount = this.#counter("digest_mismatches_count");
  readonly deadWatchersCleared = this.#counter("dead_watchers_cleared");
  readonly ensembleAuthSuccess = this.#counter("ensemble_auth_success");
  readonly learnerCommitReceivedCount = this.#counter("learner_commit_received_count");
  readonly snapshotErrorCount = this.#counter("snapshot_error_count");
  readonly connectionRequestCount = this.#counter("connection_request_count");
  readonly responsePacketGetChildrenCacheMisses = this.#counter("response_packet_get_children_cache_misses");
  readonly snapCount = this.#counter("snap_count");
  readonly staleSessionsExpired = this.#counter("stale_sessions_expired");
  readonly restoreRateLimitedCount = this.#counter("restore_rate_limited_count");
  readonly responsePacketGetChildrenCacheHits = this.#counter("response_packet_get_children_cache_hits");
  readonly syncProcessorRequestQueued = this.#counter("sync_processor_request_queued");
  readonly tlsHandshakeExceeded = this.#counter("tls_handshake_exceeded");
  readonly revalidateCount = this.#counter("revalidate_count");

  readonly quotaExceededErrorPerNamespace = this.registry.counterSet("quota_exceeded_error_per_namespace");

  readonly socketClosingTime = this.#basic("socket_closing_time");
  readonly proposalProcessTime = this.#basic("proposal_process_time");
  readonly leaderUnavailableTime = this.#basic("leader_unavailable_time");
  readonly nodeCreatedWatchCount = this.#basic("node_created_watch_count");
  readonly sessionQueuesDrained = this.#basic("session_queues_drained");
  readonly writeCommitProcReqQueued = this.#basic("write_commit_proc_req_queued");
  readonly connectionTokenDeficit = this.#basic("connection_token_deficit");
  readonly readCommitProcReqQueued = this.#basic("read_commit_proc_req_queued");
  readonly nodeDeletedWatchCount = this.#basic("node_deleted_watch_count");
  readonly startupTxnsLoadTime = this.#basic("startup_txns_load_time");
  readonly syncProcessorQueueSize = this.#basic("sync_processor_queue_size");
  readonly followerSyncTime = this.#basic("follower_sync_time");
  readonly prepProcessorQueueSize = this.#basic("prep_processor_queue_size");
  readonly fsyncTime = this.#basic("fsynctime");
  readonly inflightSnapCount = this.#basic("inflight_snap_count");
  readonly readsIssuedFromSessionQueue = this.#basic("reads_issued_from_session_queue");
  readonly restoreTime = this.#basic("restore_time");
  readonly learnerRequestProcessorQueueSize = this.#basic("learner_request_processor_queue_size");
  readonly snapshotTime = this.#basic("snapshottime");
  readonly unavailableTime = this.#basic("unavailable_time");
  readonly startupTxnsLoaded = this.#basic("startup_txns_loaded");
  readonly readsAfterWriteInSessionQueue = this.#basic("reads_after_write_in_session_queue");
  readonly requestsInSessionQueue = this.#basic("requests_in_session_queue");
  readonly writeCommitProcIssued = this.#basic("write_commit_proc_issued");
  readonly prepProcessTime = this.#basic("prep_process_time");
  readonly pendingSessionQueueSize = this.#basic("pending_session_queue_size");
  readonly timeWaitingEmptyPoolInCommitProcessorReadMs = this.#basic(
    "time_waiting_empty_pool_in_commit_processor_read_ms",
  );
  readonly commitProcessTime = this.#basic("commit_process_time");
  readonly dbInitTime = this.#basic("dbinittime");
  readonly inflightDiffCount = this.#basic("inflight_diff_count");
  readonly nettyQueuedBufferCapacity = this.#basic("netty_queued_buffer_capacity");
  readonly electionTime = this.#basic("election_time");
  readonly commitCommitProcReqQueued = this.#basic("commit_commit_proc_req_queued");
  readonly syncProcessorBatchSize = this.#basic("sync_processor_batch_size");
  readonly nodeChildrenWatchCount = this.#basic("node_children_watch_count");
  readonly writeBatchTimeInCommitProcessor = this.#basic("write_batch_time_in_commit_processor");
  readonly readCommitProcIssued = this.#basic("read_commit_proc_issued");
  readonly concurrentRequestProcessingInCommitProcessor = this.#basic(
    "concurrent_request_processing_in_commit_processor",
  );
  readonly observerSyncTime = this.#basic("observer_sync_time");
  readonly nodeChangedWatchCount = this.#basic("node_changed_watch_count");
  readonly syncProcessTime = this.#basic("sync_process_time");
  readonly startupSnapLoadTime = this.#basic("startup_snap_load_time");

  readonly prepProcessorQueueTimeMs = this.#advanced("prep_processor_queue_time_ms");
  readonly jvmPauseTimeMs = this.#advanced("jvm_pause_time_ms");
  readonly closeSessionPrepTime = this.#advanced("close_session_prep_time");
  readonly readCommitprocTimeMs = this.#advanced("read_commitproc_time_ms");
  readonly updateLatency = this.#advanced("updatelatency");
  readonly localWriteCommittedTimeMs = this.#advanced("local_write_committed_time_ms");
  readonly requestThrottleQueueTimeMs = this.#advanced("request_throttle_queue_time_ms");
  readonly readLatency = this.#advanced("readlatency");
  readonly quorumAckLatency = this.#advanced("quorum_ack_latency");
  readonly omCommitProcessTimeMs = this.#advanced("om_commit_process_time_ms");
  readonly readFinalProcTimeMs = this.#advanced("read_final_proc_time_ms");
  readonly commitPropagationLatency = this.#advanced("commit_propagation_latency");
  readonly deadWatchersCleanerLatency = this.#advanced("dead_watchers_cleaner_latency");
  readonly writeFinalProcTimeMs = this.#advanced("write_final_proc_time_ms");
  readonly proposalAckCreationLatency = this.#advanced("proposal_ack_creation_latency");
  readonly proposalLatency = this.#advanced("proposal_latency");
  readonly omProposalProcessTimeMs = this.#advanced("om_proposal_process_time_ms");
  readonly syncProcessorQueueAndFlushTimeMs = this.#advanced("sync_processor_queue_and_flush_time_ms");
  readonly propagationLatency = this.#advanced("propagation_latency");
  readonly serverWriteCommittedTimeMs = this.#advanced("server_write_committed_time_ms");
  readonly syncProcessorQueueTimeMs = this.#advanced("sync_processor_queue_time_ms");
  readonly syncProcessorQueueFlushTimeMs = this.#advanced("sync_processor_queue_flush_time_ms");
  readonly writeCommitprocTimeMs = this.#advanced("write_commitproc_time_ms");

  readonly learnerHandlerQpSize = this.registry.summarySet("learner_handler_qp_size", "basic");
  readonly readPerNamespace = this.registry.summarySet("read_per_namespace", "basic");
  readonly writePerNamespace = this.registry.summarySet("write_per_namespace", "basic");
  readonly ackLatency = this.registry.summarySet("ack_latency", "advanced");
  readonly learnerHandlerQpTimeMs = this.registry.summarySet("learner_handler_qp_time_ms", "advanced");

  #counter(name: string): Counter {
    return this.registry.counter(name);
  }

  #basic(name: string): Summary {
    return this.registry.summary(name, "basic");
  }

  #advanced(name: string): Summary {
    return this.registry.summary(name, "advanced");
  }
}

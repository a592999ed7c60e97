import { silentLogger } from "@branta/foundation-observe";
import { describe, expect, test } from "vitest";
import { AdminCommands, responseFields } from "./admin-commands.ts";
import { formatJson } from "./admin-json.ts";
import { exampleEnsemble, exampleLeader, exampleMember } from "./example-ensemble.ts";
import { answerFourLetterWord } from "./four-letter-words.ts";
import { registerServerGauges } from "./server-gauges.ts";
import type { ServerView } from "./server-view.ts";

const admin = async (command: string, view: ServerView): Promise<string> => {
  const request = { method: "GET", parameters: {}, authorization: null, remoteAddress: "127.0.0.1" } as const;
  const body = (async function* () {})();
  const response = await new AdminCommands(view, silentLogger).run({ ...request, command, body });
  return formatJson(responseFields(response));
};
const fieldsOf = async (command: string, view: ServerView): Promise<Record<string, unknown>> =>
  JSON.parse(await admin(command, view)) as Record<string, unknown>;
const monitor = (view: ServerView): Promise<string> => {
  registerServerGauges(view);
  return answerFourLetterWord("mntr", view);
};

describe("four-letter words", () => {
  test("srvr and stat name the role, and a leader's proposals", async () => {
    const endOf = async (word: "srvr" | "stat", id: 1 | 3 | 4) =>
      (await answerFourLetterWord(word, exampleMember(id))).split("Outstanding: 0\n")[1];
    const zxid = "Zxid: 0x100000008\n";
    expect(await endOf("srvr", 1)).toBe(`${zxid}Mode: follower\nNode count: 8\n`);
    expect(await endOf("srvr", 4)).toBe(`${zxid}Mode: observer\nNode count: 8\n`);
    for (const word of ["srvr", "stat"] as const) {
      expect(await endOf(word, 3)).toBe(`${zxid}Mode: leader\nNode count: 8\nProposal sizes last/min/max: 48/48/92\n`);
    }
  });

  test("conf adds limits, ports and the membership, with no line end behind it", async () => {
    const answer = await answerFourLetterWord("conf", exampleMember(4));
    expect(answer.slice(answer.indexOf("serverId="))).toBe(`serverId=4
initLimit=10
syncLimit=5
electionAlg=3
electionPort=38884
quorumPort=28884
peerType=1
membership: 
server.1=127.0.0.1:28881:38881:participant
server.2=127.0.0.1:28882:38882:participant
server.3=127.0.0.1:28883:38883:participant
server.4=127.0.0.1:28884:38884:observer
version=0`);
  });

  test("a member in an election refuses what Apache refuses", async () => {
    const looking = exampleMember(1, { isServing: false, ensemble: exampleEnsemble(1, { leaderId: null }) });
    expect(await answerFourLetterWord("srvr", looking)).toBe(
      "This ZooKeeper instance is not currently serving requests\n",
    );
  });
});

describe("mntr", () => {
  test("has Apache's names of a leader in Apache's order", async () => {
    const lines = (await monitor(exampleMember(3))).split("\n");
    const gauges = lines.slice(0, lines.findIndex((line) => line.startsWith("zk_quorum_size")) + 1);
    expect(gauges.map((line) => line.split("\t", 1)[0])).toEqual(
      "zk_version zk_server_state zk_peer_state zk_ephemerals_count zk_num_alive_connections zk_avg_latency zk_min_proposal_size zk_outstanding_requests zk_znode_count zk_global_sessions zk_non_mtls_remote_conn_count zk_last_client_response_size zk_packets_sent zk_packets_received zk_max_proposal_size zk_max_client_response_size zk_synced_followers zk_connection_drop_probability zk_watch_count zk_synced_non_voting_followers zk_synced_observers zk_auth_failed_count zk_min_latency zk_max_file_descriptor_count zk_approximate_data_size zk_open_file_descriptor_count zk_last_proposal_size zk_pending_syncs zk_leader_uptime zk_local_sessions zk_uptime zk_max_latency zk_outstanding_tls_handshake zk_learners zk_min_client_response_size zk_non_mtls_local_conn_count zk_quorum_size".split(
        " ",
      ),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        "zk_server_state\tleader",
        "zk_peer_state\tleading - broadcast",
        "zk_learners\t3",
        "zk_synced_followers\t2",
        "zk_synced_non_voting_followers\t0",
        "zk_synced_observers\t1",
        "zk_pending_syncs\t0",
        "zk_leader_uptime\t27512",
        "zk_last_proposal_size\t48",
        "zk_min_proposal_size\t48",
        "zk_max_proposal_size\t92",
        "zk_quorum_size\t3",
      ]),
    );
  });

  test("shows a learner its state and not the leader's figures", async () => {
    expect(await monitor(exampleMember(4))).toMatch(
      /^zk_version\t.*\nzk_server_state\tobserver\nzk_peer_state\tobserving - broadcast\nzk_observer_master_id\t3\n/,
    );
    const syncing = exampleEnsemble(1, { phase: "synchronization", syncMode: "snap" });
    const follower = await monitor(exampleMember(1, { ensemble: syncing }));
    expect(follower).toContain("zk_peer_state\tfollowing - synchronization - snap\n");
    expect(follower).toContain("zk_quorum_size\t3\n");
    expect(follower).not.toMatch(/zk_(learners|synced|pending_syncs|leader_uptime|last_proposal)/);
    const looking = exampleEnsemble(1, { role: "looking", phase: "election", leaderId: null });
    expect(await monitor(exampleMember(1, { ensemble: looking }))).toContain("zk_peer_state\tlooking\n");
  });

  test("follows a server that begins to lead and ceases to", async () => {
    const ensemble = { ...exampleEnsemble(1) };
    const view = exampleMember(1, { ensemble });
    expect(await monitor(view)).not.toContain("zk_learners");
    ensemble.leader = exampleLeader();
    expect(await answerFourLetterWord("mntr", view)).toContain("zk_learners\t3\n");
    ensemble.leader = null;
    expect(await answerFourLetterWord("mntr", view)).not.toContain("zk_learners");
  });
});

/** Recorded from Apache 3.9.5: three voters led by server 3, and the observer 4. */
describe("admin commands", () => {
  const golden: readonly [string, 1 | 3 | 4, string][] = [
    [
      "leader",
      1,
      `{
  "is_leader" : false,
  "leader_id" : 3,
  "leader_ip" : "127.0.0.1",
  "command" : "leader",
  "error" : null
}`,
    ],
    [
      "leader",
      3,
      `{
  "is_leader" : true,
  "leader_id" : 3,
  "leader_ip" : "127.0.0.1",
  "command" : "leader",
  "error" : null
}`,
    ],
    [
      "observers",
      1,
      `{
  "synced_observers" : 0,
  "observers" : [ ],
  "command" : "observers",
  "error" : null
}`,
    ],
    [
      "observers",
      3,
      `{
  "synced_observers" : 1,
  "observers" : [ {
    "remote_socket_address" : "/127.0.0.1:50972",
    "sid" : 4,
    "established" : 1795283490051,
    "queued_packets" : 0,
    "queued_packets_size" : 0,
    "packets_received" : 31,
    "packets_sent" : 37,
    "requests" : 3,
    "last_zxid" : 4294967304
  } ],
  "command" : "observers",
  "error" : null
}`,
    ],
    [
      "voting_view",
      4,
      `{
  "current_config" : {
    "1" : {
      "server_addresses" : [ "127.0.0.1:28881" ],
      "election_addresses" : [ "127.0.0.1:38881" ],
      "client_address" : "",
      "learner_type" : "participant"
    },
    "2" : {
      "server_addresses" : [ "127.0.0.1:28882" ],
      "election_addresses" : [ "127.0.0.1:38882" ],
      "client_address" : "",
      "learner_type" : "participant"
    },
    "3" : {
      "server_addresses" : [ "127.0.0.1:28883" ],
      "election_addresses" : [ "127.0.0.1:38883" ],
      "client_address" : "",
      "learner_type" : "participant"
    }
  },
  "command" : "voting_view",
  "error" : null
}`,
    ],
    [
      "zabstate",
      3,
      `{
  "myid" : 3,
  "is_leader" : true,
  "quorum_address" : {
    "empty" : false,
    "all_addresses" : [ "127.0.0.1:28883" ],
    "wildcard_addresses" : [ "0.0.0.0:28883" ],
    "all_ports" : [ 28883 ],
    "all_host_strings" : [ "127.0.0.1" ],
    "reachable_address" : "127.0.0.1:28883",
    "all_reachable_addresses" : [ "127.0.0.1:28883" ],
    "all_reachable_addresses_or_all" : [ "127.0.0.1:28883" ],
    "reachable_or_one" : "127.0.0.1:28883",
    "one" : "127.0.0.1:28883"
  },
  "election_address" : {
    "empty" : false,
    "all_addresses" : [ "127.0.0.1:38883" ],
    "wildcard_addresses" : [ "0.0.0.0:38883" ],
    "all_ports" : [ 38883 ],
    "all_host_strings" : [ "127.0.0.1" ],
    "reachable_address" : "127.0.0.1:38883",
    "all_reachable_addresses" : [ "127.0.0.1:38883" ],
    "all_reachable_addresses_or_all" : [ "127.0.0.1:38883" ],
    "reachable_or_one" : "127.0.0.1:38883",
    "one" : "127.0.0.1:38883"
  },
  "client_address" : "127.0.0.1:33181",
  "voting" : true,
  "last_zxid" : "0x100000008",
  "zab_epoch" : 1,
  "zab_counter" : 8,
  "zabstate" : "broadcast",
  "command" : "zabstate",
  "error" : null
}`,
    ],
    [
      "zabstate",
      4,
      `{
  "myid" : 4,
  "is_leader" : false,
  "quorum_address" : {
    "empty" : false,
    "all_addresses" : [ "127.0.0.1:28884" ],
    "wildcard_addresses" : [ "0.0.0.0:28884" ],
    "all_ports" : [ 28884 ],
    "all_host_strings" : [ "127.0.0.1" ],
    "reachable_address" : "127.0.0.1:28884",
    "all_reachable_addresses" : [ "127.0.0.1:28884" ],
    "all_reachable_addresses_or_all" : [ "127.0.0.1:28884" ],
    "reachable_or_one" : "127.0.0.1:28884",
    "one" : "127.0.0.1:28884"
  },
  "election_address" : {
    "empty" : false,
    "all_addresses" : [ "127.0.0.1:38884" ],
    "wildcard_addresses" : [ "0.0.0.0:38884" ],
    "all_ports" : [ 38884 ],
    "all_host_strings" : [ "127.0.0.1" ],
    "reachable_address" : "127.0.0.1:38884",
    "all_reachable_addresses" : [ "127.0.0.1:38884" ],
    "all_reachable_addresses_or_all" : [ "127.0.0.1:38884" ],
    "reachable_or_one" : "127.0.0.1:38884",
    "one" : "127.0.0.1:38884"
  },
  "client_address" : "127.0.0.1:33181",
  "voting" : false,
  "last_zxid" : "0x100000008",
  "zab_epoch" : 1,
  "zab_counter" : 8,
  "zabstate" : "broadcast",
  "command" : "zabstate",
  "error" : null
}`,
    ],
  ];

  test.each(golden)("%s on server %i answers as Apache does", async (command, id, answer) => {
    expect(await admin(command, exampleMember(id))).toBe(answer);
  });

  test("server_stats and stats of a leader have its proposals", async () => {
    for (const command of ["server_stats", "stats"]) {
      const fields = await fieldsOf(command, exampleMember(3));
      expect(fields["proposal_stats"]).toEqual({ last_buffer_size: 48, min_buffer_size: 48, max_buffer_size: 92 });
      expect(Object.keys(fields).indexOf("proposal_stats")).toBe(Object.keys(fields).indexOf("node_count") - 1);
    }
    expect(await fieldsOf("server_stats", exampleMember(1))).not.toHaveProperty("proposal_stats");
  });

  test("configuration shows the member's id", async () => {
    expect(await fieldsOf("configuration", exampleMember(3))).toMatchObject({ server_id: 3 });
  });

  test("zabstate is answered in an election", async () => {
    const ensemble = exampleEnsemble(1, { role: "looking", phase: "election", leaderId: null });
    expect(await fieldsOf("zabstate", exampleMember(1, { ensemble, isServing: false }))).toMatchObject({
      zabstate: "election",
      voting: true,
      is_leader: false,
    });
  });

  test("observer_connection_stat_reset reaches whom observers follow", async () => {
    let resets = 0;
    const learners = { ...exampleLeader(), resetObserverStats: () => void resets++ };
    await admin("orst", exampleMember(3, { ensemble: exampleEnsemble(3, { leader: learners, learners }) }));
    await admin("orst", exampleMember(1, { ensemble: exampleEnsemble(1, { learners }) }));
    await admin("orst", exampleMember(1));
    expect(resets).toBe(2);
  });

  test("a follower shows the observers that follow it, and an observer whom it follows", async () => {
    const follower = exampleMember(1, { ensemble: exampleEnsemble(1, { learners: exampleLeader() }) });
    expect(await fieldsOf("observers", follower)).toMatchObject({ synced_observers: 1, observers: [{ sid: 4 }] });
    expect(await monitor(follower)).toContain("zk_synced_observers\t1\n");
    const observer = exampleMember(4, { ensemble: exampleEnsemble(4, { masterId: 2 }) });
    expect(await monitor(observer)).toContain("zk_observer_master_id\t2\n");
  });
});

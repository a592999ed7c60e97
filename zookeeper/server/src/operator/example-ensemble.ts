import { parseProperties } from "@branta/foundation-config";
import { parseMembership } from "../config/membership.ts";
import type { EnsembleView, LeaderView, LearnerView } from "./ensemble-view.ts";
import { exampleView } from "./example-view.ts";
import { SizeStats } from "./server-stats.ts";
import type { ServerView } from "./server-view.ts";

const MEMBERS = `server.1=127.0.0.1:28881:38881
server.2=127.0.0.1:28882:38882
server.3=127.0.0.1:28883:38883
server.4=127.0.0.1:28884:38884:observer
`;

/** What a member of an ensemble has in its zoo.cfg. */
const SETTINGS = "initLimit=10\nsyncLimit=5\n";

function learner(serverId: number, overrides: Partial<LearnerView> = {}): LearnerView {
  return {
    serverId,
    type: "participant",
    remoteAddress: "127.0.0.1",
    remotePort: 50_972,
    establishedAtMs: 1_795_283_490_051,
    isSynced: true,
    queuedPackets: 0,
    queuedBytes: 0,
    packetsReceived: 31,
    packetsSent: 37,
    requestsReceived: 3,
    lastZxid: 0x1_0000_0008,
    ...overrides,
  };
}

/** A leader of two followers and an observer. */
export function exampleLeader(): LeaderView {
  const proposalSizes = new SizeStats();
  for (const bytes of [92, 48]) proposalSizes.record(bytes);
  return {
    uptimeMs: 27_512,
    pendingSyncs: 0,
    outstandingProposals: 0,
    proposalSizes,
    learners: () => [learner(1), learner(2), learner(4, { type: "observer" })],
    resetObserverStats: () => {},
  };
}

/** Server 3 leads 1 and 2 and the observer 4, as Apache servers were recorded; seen from server `id`. */
export function exampleEnsemble(id: 1 | 2 | 3 | 4, overrides: Partial<EnsembleView> = {}): EnsembleView {
  return {
    serverId: id,
    role: id === 3 ? "leading" : id === 4 ? "observing" : "following",
    phase: "broadcast",
    epoch: 1,
    leaderId: 3,
    masterId: id === 3 ? null : 3,
    syncMode: "none",
    lastElectionTimeMs: 213,
    membership: parseMembership(parseProperties(MEMBERS, "zoo.cfg").entries, false),
    leader: id === 3 ? exampleLeader() : null,
    learners: id === 3 ? exampleLeader() : null,
    ...overrides,
  };
}

/** {@link exampleEnsemble} as a server's whole view. */
export function exampleMember(id: 1 | 2 | 3 | 4, overrides: Partial<ServerView> = {}, cfg = ""): ServerView {
  const mode = id === 3 ? "leader" : id === 4 ? "observer" : "follower";
  const text = `${SETTINGS}${MEMBERS}clientPortAddress=127.0.0.1\n${cfg}`;
  const member = { mode, ensemble: exampleEnsemble(id), lastProcessedZxid: 0x1_0000_0008 } as const;
  return exampleView(text, { ...member, ...overrides }, id);
}

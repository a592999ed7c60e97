import type { ServerId } from "../effects.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { type GroupId, HierarchicalQuorum } from "./hierarchical.ts";
import { MajorityQuorum } from "./majority.ts";
import type { EnsembleConfiguration, QuorumVerifier } from "./quorum-verifier.ts";

/** A configuration in plain data, as its lines say. */
export interface EnsembleDescription {
  readonly members: Iterable<{
    readonly serverId: ServerId;
    readonly type: "participant" | "observer";
    /** Of the quorum port. */
    readonly address: string;
  }>;
  /** `group.N=…` lines; with these or weights majority is a hierarchical one. */
  readonly groups?: ReadonlyMap<GroupId, readonly ServerId[]>;
  /** `weight.N=…` lines. */
  readonly weights?: ReadonlyMap<ServerId, number>;
  readonly version: number;
  readonly text: string;
}

/**
 * The configuration that a description means.
 *
 * @throws ConfigurationError for an ensemble without voters, or with groups and weights that define no quorum.
 */
export function ensembleConfiguration(description: EnsembleDescription): EnsembleConfiguration {
  const voters = new Set<ServerId>();
  const observers = new Set<ServerId>();
  const addresses = new Map<ServerId, string>();
  for (const { serverId, type, address } of description.members) {
    (type === "participant" ? voters : observers).add(serverId);
    addresses.set(serverId, address);
  }
  if (voters.size === 0) {
    throw new ConfigurationError(
      "noVoters",
      `Cannot form the ensemble "${description.text}": it must have a participant`,
    );
  }
  const { version, text } = description;
  return { version, quorum: quorumOf(voters, description), observers, addresses, text };
}

function quorumOf(voters: ReadonlySet<ServerId>, { groups, weights }: EnsembleDescription): QuorumVerifier {
  if ((groups?.size ?? 0) + (weights?.size ?? 0) === 0) return new MajorityQuorum(voters);
  return new HierarchicalQuorum(voters, groups ?? new Map(), weights);
}

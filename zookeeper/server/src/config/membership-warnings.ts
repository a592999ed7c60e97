import { argumentOrigin, type ConfigWarning, warningAt } from "@branta/foundation-config";
import { type Membership, participantsOf } from "./membership.ts";
import type { MemberType } from "./ensemble-member.ts";

/** The settings that may surprise an operator in an ensemble. */
export interface MembershipWarningSettings {
  readonly peerType: MemberType;
  readonly oraclePath: string | null;
}

/** What is usable and strange about a member of an ensemble. */
export function membershipWarnings(
  membership: Membership,
  settings: MembershipWarningSettings,
  { serverId, file }: { readonly serverId: number; readonly file: string | null },
): ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  const warn = (key: string | null, text: string): void => {
    warnings.push(warningAt(argumentOrigin(file ?? "zoo.cfg"), key, text));
  };
  const voters = participantsOf(membership).length;
  const { oraclePath } = settings;
  if (oraclePath !== null && voters !== 2) {
    warn("oraclePath", `oraclePath means nothing to an ensemble with ${voters} voters, only to one with 2`);
  }
  if (voters === 2 && oraclePath !== null) {
    warn(
      "oraclePath",
      "whoever writes oraclePath must never let both servers go on alone: each would take other writes",
    );
  } else if (voters <= 2) {
    warn(null, `an ensemble with ${voters} voters stops when one of them does; three are the least that outlives one`);
  } else if (voters % 2 === 0) {
    warn(null, `${voters} voters outlive the loss of no more than ${voters - 1} would; an odd number is better`);
  }
  const type = membership.members.get(serverId)?.type ?? "participant";
  if (type !== settings.peerType) {
    warn("peerType", `peerType is "${settings.peerType}" and server.${serverId} says "${type}", which counts`);
  }
  return warnings;
}

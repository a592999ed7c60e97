import { argumentOrigin, ConfigError, formatHostPort } from "@branta/foundation-config";
import { type EnsembleConfiguration, type Reconfigurer, RequestRefusal } from "@branta/zookeeper-engine";
import { ErrorCode, type ReconfigRequest } from "@branta/zookeeper-protocol";

import { type EnsembleMember, parseEnsembleMember } from "../config/ensemble-member.ts";
import { type Membership, participantsOf } from "../config/membership.ts";
import { membershipText } from "../config/membership-text.ts";
import { configurationOf, readMembershipText } from "./configuration-text.ts";

/** What a leader knows of its ensemble. */
export interface ReconfigurerOptions {
  readonly standaloneEnabled: boolean;
  committed(): EnsembleConfiguration;
  /** The newest one known; not the committed one while a change is under way. */
  lastSeen(): EnsembleConfiguration;
  /** Whether a quorum of the configuration follows already. */
  isReadyFor(configuration: EnsembleConfiguration): boolean;
}

/** Plans changes of the ensemble's members, with the checks and errors of Apache's PrepRequestProcessor. */
export class EnsembleReconfigurer implements Reconfigurer {
  readonly #options: ReconfigurerOptions;

  constructor(options: ReconfigurerOptions) {
    this.#options = options;
  }

  /** @throws RequestRefusal */
  plan(request: ReconfigRequest, zxid: number): string {
    const lastSeen = this.#options.lastSeen();
    if (lastSeen.version !== this.#options.committed().version) throw RequestRefusal.of(ErrorCode.ReconfigInProgress);
    if (request.curConfigId !== -1 && request.curConfigId !== lastSeen.version) {
      throw RequestRefusal.of(ErrorCode.BadVersion);
    }
    const membership = { ...this.#next(request, readMembershipText(lastSeen.text)), version: zxid };
    const votersMin = this.#options.standaloneEnabled ? 2 : 1;
    if (participantsOf(membership).length < votersMin) throw RequestRefusal.of(ErrorCode.BadArguments);
    if (!this.#options.isReadyFor(configurationOf(membership))) throw RequestRefusal.of(ErrorCode.NewConfigNoQuorum);
    return membershipText(membership);
  }

  #next(request: ReconfigRequest, current: Membership): Membership {
    try {
      if (request.newMembers !== null) return readMembershipText(request.newMembers.replaceAll(",", "\n"));
      return changed(request, current);
    } catch (error) {
      if (error instanceof ConfigError) throw RequestRefusal.of(ErrorCode.BadArguments);
      throw error;
    }
  }
}

/** Takes servers away, then in; only where every vote counts the same, since a line says nothing of groups. */
function changed({ joiningServers, leavingServers }: ReconfigRequest, current: Membership): Membership {
  if (current.groups.size > 0) throw RequestRefusal.of(ErrorCode.BadArguments);
  const members = new Map(current.members);
  for (const text of listOf(leavingServers)) {
    if (!/^-?\d+$/.test(text)) throw RequestRefusal.of(ErrorCode.BadArguments);
    members.delete(Number(text));
  }
  for (const text of listOf(joiningServers)) {
    const member = joiningMember(text);
    members.delete(member.id);
    if ([...members.values()].some((other) => sharesAddress(other, member))) {
      throw RequestRefusal.of(ErrorCode.BadArguments);
    }
    members.set(member.id, member);
  }
  return { ...current, members };
}

function listOf(text: string | null): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `server.N=host:port:port[:type];[address:]port`; all three ports must be there. */
function joiningMember(text: string): EnsembleMember {
  const [key = "", value, ...rest] = text.split("=").map((part) => part.trim());
  const id = /^(?:.*\.)?(\d+)$/.exec(key)?.[1];
  if (id === undefined || value === undefined || rest.length > 0) throw RequestRefusal.of(ErrorCode.BadArguments);
  const member = parseEnsembleMember(Number(id), { key, value, origin: argumentOrigin("reconfig") }, true);
  if (member.clientAddress === null) throw RequestRefusal.of(ErrorCode.BadArguments);
  return member;
}

/** Whether two servers could not both listen. */
function sharesAddress(one: EnsembleMember, other: EnsembleMember): boolean {
  const taken = new Set(addressesOf(one));
  return addressesOf(other).some((address) => taken.has(address));
}

/** Those that mean one host to everybody. */
function addressesOf({ quorumAddresses, electionAddresses, clientAddress }: EnsembleMember): string[] {
  const all = [...quorumAddresses, ...electionAddresses, ...(clientAddress === null ? [] : [clientAddress])];
  return all.filter(({ host }) => host !== null && !MEANS_ITSELF.test(host)).map(formatHostPort);
}

/** Loopback, and any address: every host has its own. */
const MEANS_ITSELF = /^(localhost|127\..*|0\.0\.0\.0|::1?|0:0:0:0:0:0:0:[01])$/;

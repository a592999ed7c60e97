import type { HostAndPort } from "@branta/zookeeper-client";
import { createServer, type Server } from "node:net";

/** What a fake member of an ensemble says of itself; tests change it while it runs. */
export interface FakeFacts {
  id: number;
  /** As `srvr` prints it: `3.9.5-293c895`, `3.9.5-branta-0.1.0`. */
  version: string;
  mode: "leader" | "follower" | "observer" | "standalone" | null;
  zxid: number;
  membership: string;
  settings: Record<string, string>;
  metrics: Record<string, string>;
  digests: Record<string, string>;
  /** Words outside its whitelist. */
  closedWords: string[];
}

export const APACHE = "3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2";
export const BRANTA = "3.9.5-branta-0.1.0";

/** The members of three voters without addresses for clients. */
export const THREE = [1, 2, 3].map((id) => `server.${id}=127.0.0.1:2888${id}:3888${id}:participant`).join("\n");

/** A port of the loopback interface that answers four-letter words as a member of an ensemble does. */
export class FakeMember implements AsyncDisposable {
  readonly facts: FakeFacts;
  readonly #server: Server;

  private constructor(facts: FakeFacts, server: Server) {
    this.facts = facts;
    this.#server = server;
  }

  static async start(facts: Partial<FakeFacts> & Pick<FakeFacts, "id">): Promise<FakeMember> {
    const all: FakeFacts = {
      version: APACHE,
      mode: "follower",
      zxid: 0x1_0000_0100,
      membership: `${THREE}\nversion=0`,
      settings: { tickTime: "2000", initLimit: "10", syncLimit: "5", electionAlg: "3" },
      metrics: { digest_mismatches_count: "0" },
      digests: { "100000080": "5962774379" },
      closedWords: [],
      ...facts,
    };
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (word) => socket.end(answer(String(word), all)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FakeMember(all, server);
  }

  get address(): HostAndPort {
    const address = this.#server.address();
    return { host: "127.0.0.1", port: typeof address === "object" && address !== null ? address.port : 0 };
  }

  /** Nobody listens any more. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
  }
}

/** Three members, server 2 leading. */
export async function startThree(facts: Partial<FakeFacts> = {}): Promise<FakeMember[] & AsyncDisposable> {
  const members = await Promise.all([1, 2, 3].map((id) => FakeMember.start({ ...facts, id })));
  members[1]!.facts.mode = "leader";
  members[1]!.facts.metrics = { ...members[1]!.facts.metrics, synced_followers: "2" };
  const end = async (): Promise<void> => void (await Promise.all(members.map((one) => one[Symbol.asyncDispose]())));
  return Object.assign(members, { [Symbol.asyncDispose]: end });
}

function answer(word: string, facts: FakeFacts): string {
  if (facts.closedWords.includes(word)) return `${word} is not executed because it is not in the whitelist.\n`;
  const lines = (record: Record<string, string>, join: (name: string, value: string) => string): string =>
    Object.entries(record)
      .map(([name, value]) => `${join(name, value)}\n`)
      .join("");
  if (facts.mode === null) return "This ZooKeeper instance is not currently serving requests\n";
  switch (word) {
    case "srvr":
      return srvr(facts);
    case "conf":
      return `${lines({ serverId: String(facts.id), ...facts.settings }, (name, value) => `${name}=${value}`)}membership: \n${facts.membership}`;
    case "mntr":
      return lines(facts.metrics, (name, value) => `zk_${name}\t${value}`);
    case "hash":
      return lines(facts.digests, (name, value) => `${name}: ${value}`);
    default:
      return "";
  }
}

function srvr({ version, mode, zxid }: FakeFacts): string {
  return `Zookeeper version: ${version}, built on 2026-02-11 20:18 UTC\nZxid: 0x${zxid.toString(16)}\nMode: ${mode}\nNode count: 6\n`;
}

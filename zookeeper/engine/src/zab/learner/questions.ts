import { OpCode, type QuorumPacketOf } from "@branta/zookeeper-protocol";

import type { LinkId, Question, ServerId } from "../effects.ts";
import type { RoleContext } from "../role.ts";
import { HeldAnswers } from "./held-answers.ts";

/**
 * What clients want of the leader, and what it answers: a learner's own clients, and those of observers that follow it. The leader
 * answers syncs in the order in which they were asked, and revalidations each with its session. Who has gone meanwhile still has
 * its place.
 */
export class Questions {
  readonly #context: RoleContext;
  readonly #leaderLink: LinkId;
  readonly #syncs: (LinkId | null)[] = [];
  readonly #revalidations: { readonly sessionId: bigint; readonly asker: LinkId | null }[] = [];
  /** To this server's own clients. */
  readonly #held: HeldAnswers;

  constructor(context: RoleContext, leader: { readonly id: ServerId; readonly link: LinkId }) {
    this.#context = context;
    this.#leaderLink = leader.link;
    this.#held = new HeldAnswers((packet) => {
      context.effects.push({ kind: "deliver", link: leader.link, from: leader.id, packet });
    });
  }

  /** @param asker an observer's link; null for this server's own clients */
  ask(question: Question, asker: LinkId | null): void {
    if (question.kind === "revalidate") this.#revalidations.push({ sessionId: question.sessionId, asker });
    else if (question.type === OpCode.sync) this.#syncs.push(asker);
    this.#context.effects.send(this.#leaderLink, question);
  }

  /** The leader has answered. An observer gets its answer at once, in its place among what it is informed of. */
  answered(answer: QuorumPacketOf<"sync" | "revalidated">): void {
    const { history, effects } = this.#context;
    const asker = this.#askerOf(answer);
    if (asker !== null) return effects.send(asker, answer);
    // A quorum without this server may have committed what our disk has not got yet: then it is not in our tree. And of what a
    // client wrote elsewhere nothing may come after its revalidation: it could be taken for what it writes here.
    this.#held.push(answer, answer.kind === "sync" ? history.committed : history.last);
    this.release();
  }

  /** The tree may show more by now. */
  release(): void {
    this.#held.release(this.#context.history.applied);
  }

  /** Null for this server's own clients, also where nobody is known to have asked. */
  #askerOf(answer: QuorumPacketOf<"sync" | "revalidated">): LinkId | null {
    if (answer.kind === "sync") return this.#syncs.shift() ?? null;
    const at = this.#revalidations.findIndex(({ sessionId }) => sessionId === answer.sessionId);
    return at < 0 ? null : this.#revalidations.splice(at, 1)[0]!.asker;
  }
}

import type { Command, Session } from "../commands/command.ts";
import type { Request } from "./request.ts";
import type { TurnQueue } from "./turn-queue.ts";

/** One connection's share of the event loop: it ends when it has been long, and goes on behind those of others. */
export class Turn {
  readonly #queue: TurnQueue;
  readonly #goOn: () => void;
  /** Waits for the next turn. */
  isQueued = false;
  /** So long that what comes next waits for the next turn. */
  isLong = false;

  /** @param goOn begins the next turn */
  constructor(queue: TurnQueue, goOn: () => void) {
    this.#queue = queue;
    this.#goOn = goOn;
  }

  begin(): void {
    this.isLong = false;
    this.#queue.begin();
  }

  /** Executes a command, timed if it may be long. */
  run(command: Command, request: Request, session: Session): void {
    if (command.mayBeLong !== true) return command.run(request, session);
    this.#queue.beginLong();
    command.run(request, session);
    this.isLong = this.#queue.isOver;
  }

  /** Lets others go first. */
  wait(): void {
    if (this.isQueued) return;
    this.isQueued = true;
    this.#queue.add(() => {
      this.isQueued = false;
      this.#goOn();
    });
  }
}

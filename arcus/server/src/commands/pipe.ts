/** Commands that one pipe answers at most. */
const COMMANDS_MAX = 500;
/** Bytes of the answer before its tail at most, counted from where the real server's buffer leaves its head. */
const ANSWER_BYTES_MAX = 20_020;
const HEAD_BYTES = 20;

const SEVERE = /^(?:CLIENT_ERROR|SERVER_ERROR|ERROR)/;

type State = "closed" | "open" | "broken";

/**
 * The pipe of a connection: commands that end in `pipe` are answered together with the first one that does not. After
 * an error the answer goes out at once and the rest of the pipe is skipped (memcached.c, pipe_response_save and on).
 */
export class Pipe {
  #state: State = "closed";
  #lines = "";
  #count = 0;

  /** Whether status lines are to be handed to {@link answer}. */
  get isOpen(): boolean {
    return this.#state !== "closed";
  }

  /** A command ends in `pipe`. */
  open(): void {
    if (this.#state !== "closed") return;
    this.#state = "open";
    this.#lines = "";
    this.#count = 0;
  }

  /**
   * Whether a command that can be piped may be executed. After an error none may until the pipe's end.
   * @param isLast the command does not end in `pipe` (nor in `noreply`)
   */
  admits(isLast: boolean): boolean {
    if (this.#state !== "broken") return true;
    if (isLast) this.#state = "closed";
    return false;
  }

  /** Takes a command's status line, without its CRLF; answers what to send now, with CRLF, or null for nothing. */
  answer(line: string, isLast: boolean): string | null {
    if (this.#state === "broken") {
      // A command that cannot be piped: the pipe is forgotten, as the real server forgets it.
      this.#state = "closed";
      return isLast ? `${line}\r\n` : null;
    }
    if (HEAD_BYTES + this.#lines.length + line.length + 2 >= ANSWER_BYTES_MAX) {
      return this.#break("memory overflow", isLast);
    }
    this.#lines += `${line}\r\n`;
    this.#count += 1;
    if (SEVERE.test(line)) return this.#break("bad error", isLast);
    if (isLast) return this.#end("END");
    return this.#count >= COMMANDS_MAX ? this.#break("command overflow", isLast) : null;
  }

  #break(reason: string, isLast: boolean): string {
    const answer = this.#end(`PIPE_ERROR ${reason}`);
    if (!isLast) this.#state = "broken";
    return answer;
  }

  #end(tail: string): string {
    const answer = `RESPONSE ${this.#count}\r\n${this.#lines}${tail}\r\n`;
    this.#state = "closed";
    this.#lines = "";
    return answer;
  }
}

import type { Exchange } from "./judge.ts";
import { requestText } from "./operation.ts";

const ENTRIES_MAX = 5_000;
const SHOWN_MAX = 30;

interface Entry {
  readonly keys: readonly string[];
  readonly text: string;
}

/** What was asked lately, to show what led to a difference. */
export class History {
  #entries: Entry[] = [];

  add({ keys, request, parts = [] }: Exchange, reply: string): void {
    const replies = reply.split("\r\n");
    if (parts.length < 2) this.#entries.push({ keys, text: `${request} -> ${reply}` });
    for (const [i, part] of parts.length < 2 ? [] : parts.entries()) {
      this.#entries.push({ keys: part.keys, text: `${requestText(part, "pipe")} -> ${replies[i + 1]}` });
    }
    if (this.#entries.length > ENTRIES_MAX) this.#entries = this.#entries.slice(-ENTRIES_MAX / 2);
  }

  /** What was asked of these keys, the oldest first. */
  of(keys: readonly string[]): string[] {
    const related = this.#entries.filter((entry) => entry.keys.some((key) => keys.includes(key)));
    return related.slice(-SHOWN_MAX).map(({ text }) => text);
  }
}

import { type FileHandle, open } from "node:fs/promises";
import type { Cache, ItemId } from "@branta/arcus-engine";
import { timeToLive, TYPE_LETTERS } from "./item-text.ts";

/** Keys between two writes, which are also turns of the event loop. */
const KEYS_PER_SLICE = 500;

/** What a dump takes. */
interface DumpRequest {
  /** Name of a prefix, "" for keys without one, null for all keys. */
  readonly prefix: string | null;
  readonly path: string;
}

/**
 * `dump start key`: writes a line `<type letter> <key> <seconds to live>` for every key to a file, and a summary at its
 * end. It works between requests; what is stored or removed meanwhile may or may not be in the file.
 */
export class KeyDump {
  readonly #cache: Cache;
  readonly #delimiter: string;
  readonly #now: () => number;
  #request: DumpRequest | null = null;
  #startedMs = 0;
  #stoppedMs: number | null = null;
  #isRunning = false;
  #isStopping = false;
  #succeeded = false;
  #count = 0;
  #work: Promise<void> = Promise.resolve();

  /** @param options.delimiter what ends a key's prefix. @param options.now wall clock, ms */
  constructor(options: { readonly cache: Cache; readonly delimiter: string; readonly now: () => number }) {
    this.#cache = options.cache;
    this.#delimiter = options.delimiter;
    this.#now = options.now;
  }

  /** @returns false while one runs, and when the file cannot be opened */
  async start(request: DumpRequest): Promise<boolean> {
    if (this.#isRunning) return false;
    this.#request = request;
    this.#startedMs = this.#now();
    this.#stoppedMs = null;
    this.#count = 0;
    this.#succeeded = this.#isStopping = false;
    this.#isRunning = true;
    const file = await open(request.path, "w", 0o640).catch(() => null);
    if (file === null) {
      this.#isRunning = false;
      return false;
    }
    this.#work = this.#run(file, request);
    return true;
  }

  /** Ends a dump early; it counts as failed. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Ends and waits until nothing is written any more. */
  async close(): Promise<void> {
    this.stop();
    await this.#work;
  }

  /** Name and value of each line of `stats dump`. */
  *stats(): Generator<readonly [name: string, value: string | number]> {
    yield ["dumper:status", this.#isRunning ? "running" : "stopped"];
    if (!this.#isRunning) yield ["dumper:success", String(this.#succeeded)];
    if (this.#request === null) return;
    yield ["dumper:mode", "key"];
    if (this.#stoppedMs !== null) {
      yield ["dumper:last_run", Math.floor(this.#stoppedMs / 1000) - Math.floor(this.#startedMs / 1000)];
    }
    yield ["dumper:dumped", this.#count];
    yield ["dumper:prefix", prefixText(this.#request.prefix)];
    yield ["dumper:filepath", this.#request.path];
  }

  async #run(file: FileHandle, request: DumpRequest): Promise<void> {
    try {
      this.#succeeded = await this.#writeAll(file, request);
    } catch {
      this.#succeeded = false;
    }
    await file.close().catch(() => {});
    this.#stoppedMs = this.#now();
    this.#isRunning = false;
  }

  /** @returns false when it was stopped */
  async #writeAll(file: FileHandle, { prefix }: DumpRequest): Promise<boolean> {
    let text = "";
    const show = (item: ItemId): void => {
      const key = this.#cache.keyText(item);
      if (prefix !== null && this.#prefixOf(key) !== prefix) return;
      this.#count++;
      text += `${TYPE_LETTERS[this.#cache.typeOf(item)]} ${key} ${timeToLive(this.#cache, item)}\n`;
    };
    let cursor = 0;
    do {
      if (this.#isStopping) return false;
      cursor = this.#cache.scanKeys(cursor, KEYS_PER_SLICE, show);
      // Without text, too: the others have their turn.
      await file.appendFile(text, "latin1");
      text = "";
    } while (cursor !== 0);
    const elapsedSeconds = Math.floor(this.#now() / 1000) - Math.floor(this.#startedMs / 1000);
    const summary = `{ prefix=${prefixText(prefix)}, count=${this.#count}, elapsed=${elapsedSeconds} }`;
    await file.appendFile(`DUMP SUMMARY: ${summary}\n`, "latin1");
    return true;
  }

  #prefixOf(key: string): string {
    // A delimiter in first place ends no prefix.
    const end = key.indexOf(this.#delimiter, 1);
    return end < 0 ? "" : key.slice(0, end);
  }
}

function prefixText(prefix: string | null): string {
  if (prefix === null) return "<all>";
  return prefix === "" ? "<null>" : prefix;
}

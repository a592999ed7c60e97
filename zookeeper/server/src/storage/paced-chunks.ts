/** Decides how much of the server's time a snapshot may take. */
export interface Pace {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Resolves when the next chunk may be made; the last one took `workedMs`. */
  pause(workedMs: number): Promise<void>;
}

/** Hands chunks on as they are made, with a pause after each: making them holds up everything else. */
export async function* pacedChunks(chunks: Iterable<Buffer>, pace: Pace): AsyncGenerator<Buffer, void, undefined> {
  let startedAtMs = pace.nowMs();
  for (const chunk of chunks) {
    const workedMs = pace.nowMs() - startedAtMs;
    yield chunk;
    await pace.pause(workedMs);
    startedAtMs = pace.nowMs();
  }
}

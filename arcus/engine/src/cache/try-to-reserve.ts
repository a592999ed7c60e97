/** Memory that the system gives page by page as it is written; null when it is too much. */
export function tryToReserve(byteCount: number): ArrayBuffer | null {
  try {
    return new ArrayBuffer(byteCount);
  } catch {
    return null;
  }
}

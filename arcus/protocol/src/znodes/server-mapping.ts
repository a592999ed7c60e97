import { ArcusProtocolError } from "../protocol-error.ts";

/** How a cache node is to be started, as arcus.sh keeps it beside the node's address. Texts, also the numbers. */
export interface ServerMapping {
  /** -m, MB */
  readonly memlimit: string;
  /** -c */
  readonly connections: string;
  /** -t */
  readonly threads: string;
  /** -p */
  readonly port: string;
}

/** `{"memlimit": "100", "connections": "1000", "threads": "6", "port": "11211"}`: Python's spacing, as the admin tool's. */
export function formatServerMapping(mapping: ServerMapping): string {
  const fields = ["memlimit", "connections", "threads", "port"] as const;
  return `{${fields.map((field) => `"${field}": ${JSON.stringify(mapping[field])}`).join(", ")}}`;
}

/**
 * Reads what {@link formatServerMapping} writes, its members in any order and as texts or numbers.
 *
 * @throws ArcusProtocolError "invalidMapping"
 */
export function parseServerMapping(text: string): Partial<ServerMapping> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(text, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(text);
  const mapping: Record<string, string> = {};
  for (const [field, content] of Object.entries(value)) {
    if (typeof content === "string" || typeof content === "number") mapping[field] = `${content}`;
  }
  return mapping;
}

function invalid(text: string, cause?: unknown): ArcusProtocolError {
  return new ArcusProtocolError("invalidMapping", `Cannot read the mapping "${text}": wanted is a JSON object`, {
    cause,
  });
}

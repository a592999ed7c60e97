import type { CloudStatus } from "./cloud-status.ts";

const HEADERS = ["serviceCode", "status", "total", "online", "offline", "created", "modified"] as const;
/** Numbers stand at the right. */
const RIGHT: readonly string[] = ["total", "online", "offline"];

/**
 * The table of `list` and `listall`, blank for blank upstream's: columns two blanks apart, a line two dashes a column
 * longer than they are wide, blanks at the ends kept, None for what never was. Nothing where there are no clouds.
 */
export function statusTable(clouds: readonly CloudStatus[]): readonly string[] {
  if (clouds.length === 0) return [];
  const rows = clouds.map(cellsOf);
  const widths = HEADERS.map((header) => Math.max(header.length, ...rows.map((row) => row[header].length)));
  const line = "-".repeat(widths.reduce((sum, width) => sum + width + 2, 0));
  const heading = HEADERS.map((header, at) => header.padEnd(widths[at]!)).join("  ");
  const body = rows.map((row) => {
    const cells = HEADERS.map((header, at) => {
      return RIGHT.includes(header) ? row[header].padStart(widths[at]!) : row[header].padEnd(widths[at]!);
    });
    return cells.join("  ");
  });
  return [line, heading, line, ...body];
}

function cellsOf(cloud: CloudStatus): Record<(typeof HEADERS)[number], string> {
  return {
    serviceCode: cloud.serviceCode,
    status: cloud.status,
    total: `${cloud.total}`,
    online: `${cloud.online.length}`,
    offline: `${cloud.offline.length}`,
    created: cloud.created ?? "None",
    modified: cloud.modified ?? "None",
  };
}

import { accessSettings } from "./access-settings.ts";
import { basicSettings } from "./basic-settings.ts";
import { diskSettings } from "./disk-settings.ts";
import { ensembleSettings } from "./ensemble-settings.ts";
import { limitSettings } from "./limit-settings.ts";
import { operatorSettings } from "./operator-settings.ts";
import type { SettingTable } from "./setting.ts";

/** The chapters of the guide, in its order. */
export const settingChapters = {
  "Ports, folders, sessions": basicSettings,
  "Transaction log and snapshots": diskSettings,
  "Limits, throttles, caches": limitSettings,
  Access: accessSettings,
  Operators: operatorSettings,
  Ensembles: ensembleSettings,
} as const satisfies Readonly<Record<string, SettingTable>>;

/** Every single-valued setting of zoo.cfg, by the field that it fills; `ssl.*` and numbered keys stand apart. */
export const serverSettings = {
  ...basicSettings,
  ...diskSettings,
  ...limitSettings,
  ...accessSettings,
  ...operatorSettings,
  ...ensembleSettings,
} as const satisfies SettingTable;

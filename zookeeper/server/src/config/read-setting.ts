import {
  type Bounds,
  type ConfigEntry,
  parseBoolean,
  parseDecimal,
  parseInteger,
  parseList,
  parseLong,
  parseWord,
  parseYesNo,
  wrongValue,
} from "@branta/foundation-config";
import { propertiesOf, type Setting, type SettingTable, type SettingType, type SettingValues } from "./setting.ts";

type RawValue = number | boolean | string | readonly string[];

/** Finds the entry for a key of zoo.cfg or for a system property. */
export type Lookup = (name: string) => ConfigEntry | undefined;

const readers: Readonly<Record<SettingType, (entry: ConfigEntry, setting: Setting) => RawValue>> = {
  int: (entry, setting) => parseInteger(entry, boundsOf(setting)),
  long: (entry, setting) => parseLong(entry, boundsOf(setting)),
  kilobytes: (entry, setting) => parseLong(entry, boundsOf(setting)) * 1024,
  decimal: (entry, setting) => parseDecimal(entry, boundsOf(setting)),
  boolean: parseBoolean,
  yesNo: parseYesNo,
  word: (entry, setting) => parseWord(entry, setting.words ?? []),
  list: parseList,
  path: parsePath,
  string: (entry) => entry.value,
};

function boundsOf({ min, max }: Setting): Bounds {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function parsePath(entry: ConfigEntry): string {
  if (entry.value === "") throw wrongValue(entry, "a path");
  return entry.value;
}

/** Reads one value as its row of the table says. */
export function readSetting(setting: Setting, entry: ConfigEntry): RawValue {
  return readers[setting.type](entry, setting);
}

/**
 * Fills the fields of a table: from zoo.cfg for keys that Apache's parser reads itself, else from system properties
 * (where the rest of zoo.cfg has been put, too), else with the default.
 */
export function readSettings<T extends SettingTable>(table: T, inFile: Lookup, inProperties: Lookup): SettingValues<T> {
  const values: Record<string, RawValue | null> = {};
  for (const [field, setting] of Object.entries(table)) {
    const entry =
      setting.property === null
        ? inFile(setting.key)
        : propertiesOf(setting)
            .map((name) => inProperties(name))
            .find((found) => found !== undefined);
    values[field] = entry === undefined ? setting.default : readSetting(setting, entry);
  }
  return values as SettingValues<T>;
}

/** What a value must look like. `kilobytes` is written in KiB and kept in bytes, `megabytes` in MiB likewise. */
export type SettingType =
  | "int"
  | "long"
  | "decimal"
  | "boolean"
  | "yesNo"
  | "string"
  | "path"
  | "list"
  | "word"
  | "kilobytes";

/** Which servers a setting concerns; `ensemble` settings are read and checked, and mean nothing to a single server. */
export type SettingScope = "server" | "ensemble";

/** One row of the table of settings. The field name it fills in the configuration is the row's property name. */
export interface Setting {
  /** The key in zoo.cfg. */
  readonly key: string;
  /**
   * Where else the value may come from. Absent: the system property `zookeeper.<key>`. A text: that system property
   * besides. Null: zoo.cfg only, as Apache's parser reads the key itself.
   */
  readonly property?: string | null;
  readonly type: SettingType;
  /** The choices of a `word`. */
  readonly words?: readonly string[];
  /** Bounds of a number, in the unit of the file. */
  readonly min?: number;
  readonly max?: number;
  /** Apache 3.9.5's default, in the unit of the field; null when there is none. */
  readonly default: number | boolean | string | readonly string[] | null;
  readonly scope?: SettingScope;
  /** One sentence for the guide. */
  readonly doc: string;
}

/** A table of settings by field name. */
export type SettingTable = Readonly<Record<string, Setting>>;

type RawType<S extends Setting> = S["type"] extends "int" | "long" | "decimal" | "kilobytes"
  ? number
  : S["type"] extends "boolean" | "yesNo"
    ? boolean
    : S["type"] extends "list"
      ? readonly string[]
      : S["type"] extends "word"
        ? NonNullable<S["words"]>[number]
        : string;

/** The type of the field that a row fills. */
export type SettingValue<S extends Setting> = S["default"] extends null ? RawType<S> | null : RawType<S>;

/** The record that a table fills. */
export type SettingValues<T extends SettingTable> = { readonly [Field in keyof T]: SettingValue<T[Field]> };

/** Every system property that may carry a setting's value, in the order of their weight. */
export function propertiesOf(setting: Setting): readonly string[] {
  if (setting.property === null) return [];
  const prefixed = `zookeeper.${setting.key}`;
  return setting.property === undefined ? [prefixed] : [prefixed, setting.property];
}

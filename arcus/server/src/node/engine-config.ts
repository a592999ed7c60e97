import { ArcusServerError } from "../server-error.ts";
import type { NodeOptions } from "./node-options.ts";
import { numberIn } from "./option-values.ts";

/** Limits of what one collection may be set to hold. */
const COLLECTION_SIZE_MIN = 10_000;
const COLLECTION_SIZE_MAX = 1_000_000;
const ELEMENT_BYTES_MIN = 1024;
const ELEMENT_BYTES_MAX = 32 * 1024;
const SCRUB_COUNT_MIN = 16;
const SCRUB_COUNT_MAX = 320;

type Options = Partial<NodeOptions>;
type Setter = (value: string, name: string) => Options;

const isOn = (value: string): boolean => value === "true" || value === "on";
const ignored: Setter = () => ({});

/** What `-e` may set. Slabs have their own sizes here, so some of it changes nothing. */
const SETTERS: Readonly<Record<string, Setter>> = {
  cache_size: (value, name) => ({ memoryLimitBytes: numberIn(name, value, 1, Number.MAX_SAFE_INTEGER) }),
  sticky_limit: (value, name) => ({ stickyLimitBytes: numberIn(name, value, 0, Number.MAX_SAFE_INTEGER) }),
  eviction: (value) => ({ evicts: isOn(value) }),
  use_cas: (value) => ({ usesCas: isOn(value) }),
  prefix_delimiter: (value) => ({ prefixDelimiter: value.slice(0, 1) }),
  item_size_max: (value, name) => ({ itemSizeMax: numberIn(name, value, 20 * 1024, 128 * 1024 * 1024) }),
  max_list_size: (value, name) => ({ listSizeMax: collectionSize(name, value) }),
  max_set_size: (value, name) => ({ setSizeMax: collectionSize(name, value) }),
  max_map_size: (value, name) => ({ mapSizeMax: collectionSize(name, value) }),
  max_btree_size: (value, name) => ({ btreeSizeMax: collectionSize(name, value) }),
  max_element_bytes: (value, name) => ({
    elementBytesMax: numberIn(name, value, ELEMENT_BYTES_MIN, ELEMENT_BYTES_MAX),
  }),
  scrub_count: (value, name) => ({ scrubCount: numberIn(name, value, SCRUB_COUNT_MIN, SCRUB_COUNT_MAX) }),
  factor: ignored,
  chunk_size: ignored,
  preallocate: ignored,
  verbose: ignored,
  num_threads: ignored,
  data_path: ignored,
  logs_path: ignored,
  async_logging: ignored,
  chkpt_interval_pct_snapshot: ignored,
  chkpt_interval_min_logsize: ignored,
  use_persistence: (value) => {
    if (!isOn(value)) return {};
    throw new ArcusServerError("unsupported", 'Cannot set "use_persistence=true": the cache is kept in memory only');
  },
};

/**
 * Reads what follows `-e`: `name=value;name=value`, or `config_file=PATH` with a pair a line and comments after "#".
 *
 * @param readFile answers a file's text
 * @throws ArcusServerError badOption, badOptionValue or unsupported
 */
export function readEngineConfig(text: string, readFile: (path: string) => string): Options {
  let options: Options = {};
  for (const part of text.split(/[;\n]/)) {
    const pair = part.replace(/#.*/, "").trim();
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals < 0 ? undefined : equals).trim();
    const value = equals < 0 ? "" : pair.slice(equals + 1).trim();
    if (name === "config_file") {
      options = { ...options, ...readEngineConfig(textOf(value, readFile), readFile) };
      continue;
    }
    const set = SETTERS[name];
    if (set === undefined) {
      const known = Object.keys(SETTERS).join(", ");
      throw new ArcusServerError("badOption", `Cannot use "${pair}" of -e: wanted is config_file or one of ${known}`);
    }
    options = { ...options, ...set(value, name) };
  }
  return options;
}

function textOf(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new ArcusServerError("badOption", `Cannot read the config_file "${path}" of -e`, { cause: error });
  }
}

function collectionSize(name: string, value: string): number {
  return numberIn(name, value, COLLECTION_SIZE_MIN, COLLECTION_SIZE_MAX);
}

const FROM_ENVIRONMENT = {
  ARCUS_MAX_LIST_SIZE: "listSizeMax",
  ARCUS_MAX_SET_SIZE: "setSizeMax",
  ARCUS_MAX_MAP_SIZE: "mapSizeMax",
  ARCUS_MAX_BTREE_SIZE: "btreeSizeMax",
} as const;

/** The sizes of collections that the environment sets; values out of range change nothing, as for the real server. */
export function collectionSizesOf(environment: Readonly<Record<string, string | undefined>>): Options {
  const options: Record<string, number> = {};
  for (const [name, option] of Object.entries(FROM_ENVIRONMENT)) {
    const size = Number(environment[name] ?? Number.NaN);
    if (Number.isInteger(size) && size >= COLLECTION_SIZE_MIN && size <= COLLECTION_SIZE_MAX) options[option] = size;
  }
  return options;
}

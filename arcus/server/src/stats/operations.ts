import { COUNTER_NAMES, DETAIL_COLUMNS } from "./counter-names.ts";

/** One row of the literal table {@link operations}: where its endings are counted, as positions in the lists above. */
export interface Operation {
  readonly name: string;
  /** `cmd_<name>`: every attempt that reached the cache. */
  readonly command: number;
  /** `<name>_hits`, `_elem_hits` or `_oks`. -1 in this and the next three: nobody counts that. */
  readonly hit: number;
  /** `<name>_none_hits`: the key is there, the element is not. */
  readonly none: number;
  /** `<name>_misses`. */
  readonly miss: number;
  /** `cas_badval`. */
  readonly bad: number;
  /** Position among {@link DETAIL_COLUMNS}, or -1. */
  readonly detail: number;
  readonly detailHit: number;
  /** Whether a present key without the element is a hit in the details: so it is but for inserts, updates of maps, counts. */
  readonly noneIsDetailHit: boolean;
}

type CounterName = (typeof COUNTER_NAMES)[number];
type DetailColumn = (typeof DETAIL_COLUMNS)[number];

type DetailColumns = readonly [attempts: DetailColumn, hits?: DetailColumn];

interface Row {
  readonly hit?: CounterName;
  readonly none?: CounterName;
  readonly miss?: CounterName;
  readonly bad?: CounterName;
  readonly detail?: DetailColumns;
  readonly noneIsDetailHit?: boolean;
}

function counted(name: string, row: Row): Operation {
  const at = (counter: string | undefined): number =>
    counter === undefined ? -1 : COUNTER_NAMES.indexOf(counter as CounterName);
  const column = (letters: DetailColumn | undefined): number =>
    letters === undefined ? -1 : DETAIL_COLUMNS.indexOf(letters);
  return {
    name,
    command: at(`cmd_${name}`),
    hit: at(row.hit),
    none: at(row.none),
    miss: at(row.miss),
    bad: at(row.bad),
    detail: column(row.detail?.[0]),
    detailHit: column(row.detail?.[1]),
    noneIsDetailHit: row.noneIsDetailHit ?? true,
  };
}

/** Writes an element, or asks something of a whole collection: the key is there or it is not. */
function onKey(name: string, detail: DetailColumns): Operation {
  const hit = `${name}_hits` as CounterName;
  const miss = `${name}_misses` as CounterName;
  return counted(name, { hit, miss, detail, noneIsDetailHit: false });
}

/** Looks for elements: a key that is there may lack them. */
function onElement(name: string, detail: DetailColumns, noneIsDetailHit = true): Operation {
  const hit = `${name}_elem_hits` as CounterName;
  const none = `${name}_none_hits` as CounterName;
  const miss = `${name}_misses` as CounterName;
  return counted(name, { hit, none, miss, detail, noneIsDetailHit });
}

/** Every operation that is counted. `touch` counts as setattr, `mop upsert` and `bop upsert` as inserts. */
export const operations = {
  get: onKey("get", ["get", "hit"]),
  set: counted("set", { detail: ["set"] }),
  incr: onKey("incr", ["inc"]),
  decr: onKey("decr", ["dec"]),
  delete: onKey("delete", ["del"]),
  cas: counted("cas", { hit: "cas_hits", miss: "cas_misses", bad: "cas_badval", detail: ["set"] }),
  flush: counted("flush", {}),
  flushPrefix: counted("flush_prefix", {}),
  lopCreate: counted("lop_create", { hit: "lop_create_oks", detail: ["lcs"] }),
  lopInsert: onKey("lop_insert", ["lis", "lih"]),
  lopDelete: onElement("lop_delete", ["lds", "ldh"]),
  lopGet: onElement("lop_get", ["lgs", "lgh"]),
  sopCreate: counted("sop_create", { hit: "sop_create_oks", detail: ["scs"] }),
  sopInsert: onKey("sop_insert", ["sis", "sih"]),
  sopDelete: onElement("sop_delete", ["sds", "sdh"]),
  sopGet: onElement("sop_get", ["sgs", "sgh"]),
  sopExist: onKey("sop_exist", ["ses", "seh"]),
  mopCreate: counted("mop_create", { hit: "mop_create_oks", detail: ["mcs"] }),
  mopInsert: onKey("mop_insert", ["mis", "mih"]),
  mopUpdate: onElement("mop_update", ["mus", "muh"], false),
  mopDelete: onElement("mop_delete", ["mds", "mdh"]),
  mopGet: onElement("mop_get", ["mgs", "mgh"]),
  bopCreate: counted("bop_create", { hit: "bop_create_oks", detail: ["bcs"] }),
  bopInsert: onKey("bop_insert", ["bis", "bih"]),
  bopUpdate: onElement("bop_update", ["bus", "buh"]),
  bopDelete: onElement("bop_delete", ["bds", "bdh"]),
  bopIncr: onElement("bop_incr", ["bps", "bph"]),
  bopDecr: onElement("bop_decr", ["bms", "bmh"]),
  bopGet: onElement("bop_get", ["bgs", "bgh"]),
  bopCount: onKey("bop_count", ["bns", "bnh"]),
  bopPosition: onElement("bop_position", ["pfs", "pfh"]),
  bopPwg: onElement("bop_pwg", ["pgs", "pgh"]),
  bopGbp: onElement("bop_gbp", ["gps", "gph"]),
  bopMget: counted("bop_mget", { hit: "bop_mget_oks" }),
  bopSmget: counted("bop_smget", { hit: "bop_smget_oks" }),
  getattr: onKey("getattr", ["gas"]),
  setattr: onKey("setattr", ["sas"]),
} as const satisfies Record<string, Operation>;

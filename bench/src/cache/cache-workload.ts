/** Keys of a run; all of the same length, so that replies are. */
const KEYS = 100_000;
const RING_REQUESTS = 20_000;
const ELEMENTS = 100;
/** Of 12 keys each, so that a range of them spans pages of memory as a program's would. */
const COLLECTION_KEYS = 1_000;

/** Requests whose replies are all of one length. */
interface RequestClass {
  /** How many of ten requests are of this class. */
  readonly share: number;
  /** The request for the key with this number. */
  request(key: number): string;
}

/** What is asked of a cache, and what must be there first. */
export interface CacheWorkload {
  /** Requests that make what the others ask for, each with a reply of one line. */
  preload(): Iterable<string>;
  readonly classes: readonly RequestClass[];
  readonly keys: number;
  /** Only Arcus has it. */
  readonly isOfCollections: boolean;
}

const set = (key: string, value: string): string => `set ${key} 0 0 ${value.length}\r\n${value}\r\n`;
const digits = (number: number, width: number): string => String(number).padStart(width, "0");
const itemKey = (key: number): string => `bench:${digits(key, 7)}`;

function items(valueBytes: number, sets: number): CacheWorkload {
  const value = "v".repeat(valueBytes);
  return {
    *preload() {
      for (let key = 0; key < KEYS; key++) yield set(itemKey(key), value);
    },
    classes: [
      { share: sets, request: (key) => set(itemKey(key), value) },
      { share: 10 - sets, request: (key) => `get ${itemKey(key)}\r\n` },
    ],
    keys: KEYS,
    isOfCollections: false,
  };
}

function collections(insert: (key: string, element: number) => string, ask: (key: string) => string): CacheWorkload {
  return {
    *preload() {
      for (let key = 0; key < COLLECTION_KEYS; key++) {
        for (let element = 0; element < ELEMENTS; element++) yield insert(itemKey(key), element);
      }
    },
    classes: [{ share: 10, request: (key) => ask(itemKey(key)) }],
    keys: COLLECTION_KEYS,
    isOfCollections: true,
  };
}

const elementOf = (element: number): string => `element-${digits(element, 12)}`;
const CREATE = "create 0 0 4000";

/** By name; `mixed` is one set to nine gets. */
export const CACHE_WORKLOADS: Readonly<Record<string, (valueBytes: number) => CacheWorkload>> = {
  mixed: (valueBytes) => items(valueBytes, 1),
  get: (valueBytes) => items(valueBytes, 0),
  set: (valueBytes) => items(valueBytes, 10),
  "lop-get": () =>
    collections(
      (key, element) => `lop insert ${key} -1 20 ${CREATE}\r\n${elementOf(element)}\r\n`,
      (key) => `lop get ${key} 40..49\r\n`,
    ),
  "sop-exist": () =>
    collections(
      (key, element) => `sop insert ${key} 20 ${CREATE}\r\n${elementOf(element)}\r\n`,
      (key) => `sop exist ${key} 20\r\n${elementOf(50)}\r\n`,
    ),
  "mop-get": () =>
    collections(
      (key, element) => `mop insert ${key} field${digits(element, 3)} 20 ${CREATE}\r\n${elementOf(element)}\r\n`,
      (key) => `mop get ${key} 8 1\r\nfield050\r\n`,
    ),
  "bop-get": () =>
    collections(
      (key, element) => `bop insert ${key} ${1000 + element} 20 ${CREATE}\r\n${elementOf(element)}\r\n`,
      (key) => `bop get ${key} 1040..1049\r\n`,
    ),
  "bop-upsert": () =>
    collections(
      (key, element) => `bop insert ${key} ${1000 + element} 20 ${CREATE}\r\n${elementOf(element)}\r\n`,
      (key) => `bop upsert ${key} 1050 20\r\n${elementOf(51)}\r\n`,
    ),
};

/** Requests in the order in which they are sent, again and again, as one piece of bytes. */
export interface CacheRing {
  readonly bytes: Buffer;
  /** Where each request begins, and where the last one ends. */
  readonly starts: Uint32Array;
  /** Length of each one's reply. */
  readonly replyBytes: Uint32Array;
}

/**
 * @param replyBytesOf the length of the reply to the requests of each class
 * @param seed rings of different seeds ask for other keys
 */
export function cacheRing(workload: CacheWorkload, replyBytesOf: readonly number[], seed: number): CacheRing {
  const requests: string[] = [];
  const replyBytes = new Uint32Array(RING_REQUESTS);
  let random = seed;
  for (let at = 0; at < RING_REQUESTS; at++) {
    // Of a linear congruential generator the high bits are the random ones.
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    let which = 0;
    for (let tenth = at % 10; tenth >= workload.classes[which]!.share; which++) tenth -= workload.classes[which]!.share;
    requests.push(workload.classes[which]!.request(Math.floor((random / 2 ** 32) * workload.keys)));
    replyBytes[at] = replyBytesOf[which]!;
  }
  const starts = new Uint32Array(RING_REQUESTS + 1);
  for (let at = 0; at < RING_REQUESTS; at++) starts[at + 1] = starts[at]! + requests[at]!.length;
  return { bytes: Buffer.from(requests.join(""), "latin1"), starts, replyBytes };
}

import {
  authBody, createBody, createTtlBody, multiBody, type MultiPart, pathBody, pathKindBody, pathVersionBody, pathWatchBody,
  reconfigBody, setAclBody, setDataBody, setWatchesBody,
} from "@branta/tests-kit"; // prettier-ignore
import { OpCode, opName, Xid } from "@branta/zookeeper-protocol";
import { type Pools, SUPERUSER, USERS } from "./pools.ts";
import type { Random } from "@branta/tests-kit";
import type { Operation, ReplyShape } from "./step.ts";

/** An operation without a number yet, and what it means for what may follow it in a burst. */
export interface Draft {
  type: number;
  body: Buffer;
  text: string;
  reads: ReplyShape;
  /** A fixed number for special requests, else the session's next. */
  xid?: number;
  /** The burst ends behind it: Apache races with itself otherwise, or the connection closes. */
  last?: boolean;
  /** It must be alone in its burst. */
  alone?: boolean;
  /** The server is expected to close the connection. */
  closes?: boolean;
}

const CREATE_FLAGS = [0, 0, 0, 0, 1, 1, 2, 3] as const;
const EMPTY = Buffer.alloc(0);
const DAY_MS = 86_400_000;
const TTL_MS_MAX = 0xff_ffff_ffff;

/** What quota nodes say: soft limits, hard ones, nonsense. */
const LIMITS: readonly (string | null)[] = [
  "count=5,bytes=100",
  "count=-1,bytes=-1",
  "count=4,bytes=-1=;byteHardLimit=-1;countHardLimit=5",
  "count=-1,bytes=50=;byteHardLimit=120;countHardLimit=-1",
  "count=3,bytes=20=;byteHardLimit=300;countHardLimit=8",
  "nonsense",
  "",
  null,
];

/** Makes operations of every kind from a seeded random source. */
export class OperationGenerator {
  readonly #random: Random;
  readonly #pools: Pools;
  readonly #quotaWeight: number;
  /** The zxid a client would have seen last; set by the caller. */
  lastZxid = 0;

  /** `quotas` makes quota nodes more frequent. */
  constructor(random: Random, pools: Pools, quotas: boolean) {
    this.#random = random;
    this.#quotaWeight = quotas ? 15 : 1;
    this.#pools = pools;
  }

  draft(): Draft {
    return this.#random.weighted<() => Draft>([
      [150, () => this.#create()],
      [80, () => this.#delete()],
      [110, () => this.#setData()],
      [60, () => this.#exists()],
      [60, () => this.#getData()],
      [30, () => this.#getChildren()],
      [30, () => this.#getChildren2()],
      [12, () => this.#getAcl()],
      [5, () => this.#setAcl()],
      [45, () => this.#multi()],
      [12, () => this.#multiRead()],
      [8, () => this.#sync()],
      [8, () => this.#addWatch()],
      [5, () => this.#watchQuestion(OpCode.removeWatches)],
      [5, () => this.#watchQuestion(OpCode.checkWatches)],
      [5, () => this.#setWatches()],
      [5, () => this.#ephemerals()],
      [5, () => this.#childrenNumber()],
      [5, () => this.#create(OpCode.createContainer)],
      [5, () => this.#createTtl()],
      [2, () => this.#auth()],
      [4, () => draftOf(OpCode.whoAmI, EMPTY, "whoAmI", "identities")],
      [4, () => ({ ...draftOf(OpCode.ping, EMPTY, "ping", "nothing"), xid: Xid.ping })],
      [2, () => this.#deleteContainer()],
      [1, () => this.#reconfig()],
      [this.#quotaWeight, () => this.#quota()],
      [8, () => this.#malformed()],
    ])();
  }

  /** Operations behind which the connection is gone. */
  farewell(): Draft {
    return this.#random.weighted<() => Draft>([
      [30, () => ({ ...draftOf(OpCode.closeSession, EMPTY, "closeSession", "nothing"), last: true, closes: true })],
      [
        2,
        () => ({
          ...draftOf(this.#random.pick([10, 23, 99, 108, -5, 200, 0, -1]), EMPTY, "unknown", "nothing"),
          alone: true,
          closes: true,
        }),
      ],
      [
        1,
        () => ({
          ...draftOf(OpCode.check, pathVersionBody(this.#pools.path(), -1), "check alone", "stat"),
          alone: true,
          closes: true,
        }),
      ],
      [
        1,
        () => ({
          ...draftOf(OpCode.auth, authBody("nobody", Buffer.from("x")), "auth by an unknown scheme", "nothing"),
          xid: Xid.auth,
          alone: true,
          closes: true,
        }),
      ],
    ])();
  }

  auth(userAndPassword: string): Draft {
    const body = authBody("digest", Buffer.from(userAndPassword));
    return { ...draftOf(OpCode.auth, body, `auth ${userAndPassword}`, "nothing"), xid: Xid.auth, alone: true };
  }

  #create(forced?: number): Draft {
    const type =
      forced ??
      this.#random.weighted([
        [6, OpCode.create],
        [3, OpCode.create2],
      ]);
    let flags: number = forced === OpCode.createContainer ? 4 : this.#random.pick(CREATE_FLAGS);
    if (this.#random.oneIn(60)) flags = this.#random.pick([-1, 4, 5, 6, 7, 1000, 2, 0]);
    const sequential = flags === 2 || flags === 3 || flags === 6;
    const path = sequential ? this.#pools.prefix() : this.#pools.path();
    const data = this.#pools.data();
    const acl = this.#pools.acl();
    const text = `${opName(type)} ${show(path)} ${sizeOf(data)} acl=${acl.name} flags=${flags}`;
    return draftOf(
      type,
      createBody(path, data, acl.entries, flags),
      text,
      type === OpCode.create ? "path" : "pathStat",
    );
  }

  #createTtl(): Draft {
    const flags = this.#random.weighted([
      [8, 5],
      [4, 6],
      [1, 0],
      [1, 1],
      [1, 4],
      [1, 9],
    ]);
    // With flags that are no TTL mode a wrong time to live ends Apache's process, and again at every start after.
    const ttlMs = isTtl(flags)
      ? this.#random.weighted([
          [10, DAY_MS],
          [2, 0],
          [2, -1],
          [1, TTL_MS_MAX],
          [1, TTL_MS_MAX + 1],
        ])
      : DAY_MS;
    const path = flags === 6 ? this.#pools.prefix() : this.#pools.path();
    const acl = this.#pools.acl();
    const text = `createTTL ${show(path)} acl=${acl.name} flags=${flags} ttl=${ttlMs}`;
    return draftOf(
      OpCode.createTTL,
      createTtlBody(path, this.#pools.data(), acl.entries, flags, ttlMs),
      text,
      "pathStat",
    );
  }

  #delete(): Draft {
    const path = this.#pools.pathToDelete();
    const version = this.#pools.version();
    return draftOf(OpCode.delete, pathVersionBody(path, version), `delete ${show(path)} ${version}`, "nothing");
  }

  #deleteContainer(): Draft {
    const path = this.#pools.path();
    return draftOf(OpCode.deleteContainer, pathBody(path), `deleteContainer ${show(path)}`, "nothing");
  }

  #setData(): Draft {
    const path = this.#pools.path();
    const data = this.#pools.data();
    const version = this.#pools.version();
    return draftOf(
      OpCode.setData,
      setDataBody(path, data, version),
      `setData ${show(path)} ${sizeOf(data)} ${version}`,
      "stat",
    );
  }

  #exists(): Draft {
    return this.#read(OpCode.exists, "stat");
  }

  #getData(): Draft {
    return this.#read(OpCode.getData, "dataStat");
  }

  #getChildren(): Draft {
    return this.#read(OpCode.getChildren, "children");
  }

  #getChildren2(): Draft {
    return this.#read(OpCode.getChildren2, "childrenStat");
  }

  #read(type: number, reads: ReplyShape): Draft {
    const path = this.#pools.path();
    const watch = this.#random.oneIn(3);
    return draftOf(type, pathWatchBody(path, watch), `${opName(type)} ${show(path)}${watch ? " watch" : ""}`, reads);
  }

  #getAcl(): Draft {
    const path = this.#pools.path();
    return draftOf(OpCode.getACL, pathBody(path), `getACL ${show(path)}`, "aclStat");
  }

  #setAcl(): Draft {
    const path = this.#pools.path();
    const acl = this.#pools.acl();
    const version = this.#pools.version();
    const text = `setACL ${show(path)} acl=${acl.name} ${version}`;
    // A write right behind it is checked against the old or the new list, by chance.
    return { ...draftOf(OpCode.setACL, setAclBody(path, acl.entries, version), text, "stat"), last: true };
  }

  #sync(): Draft {
    const path = this.#pools.path();
    return draftOf(OpCode.sync, pathBody(path), `sync ${show(path)}`, "path");
  }

  #addWatch(): Draft {
    const path = this.#pools.path();
    const mode = this.#random.weighted([
      [5, 0],
      [5, 1],
      [1, 2],
      [1, -1],
    ]);
    return draftOf(OpCode.addWatch, pathKindBody(path, mode), `addWatch ${show(path)} mode=${mode}`, "error");
  }

  #watchQuestion(type: number): Draft {
    const path = this.#pools.path();
    const kind = this.#random.weighted([
      [4, 1],
      [4, 2],
      [4, 3],
      [4, 4],
      [4, 5],
      [1, 0],
      [1, 6],
    ]);
    return draftOf(type, pathKindBody(path, kind), `${opName(type)} ${show(path)} type=${kind}`, "nothing");
  }

  #setWatches(): Draft {
    const wide = this.#random.oneIn(2);
    const lists = Array.from({ length: wide ? 5 : 3 }, () => this.#paths(this.#random.below(4)));
    const relativeZxid = Math.max(0, this.lastZxid - this.#random.pick([0, 0, 1, 5, 50, 1000]));
    const type = wide ? OpCode.setWatches2 : OpCode.setWatches;
    const text = `${opName(type)} since ${relativeZxid} ${JSON.stringify(lists)}`;
    return { ...draftOf(type, setWatchesBody(relativeZxid, lists), text, "nothing"), xid: Xid.setWatches };
  }

  #paths(count: number): string[] {
    return Array.from({ length: count }, () => this.#pools.path());
  }

  #ephemerals(): Draft {
    const prefix = this.#random.pick([null, "", "/", " ", "/a", "/b/", "/zzz", this.#pools.path()]);
    return draftOf(OpCode.getEphemerals, pathBody(prefix), `getEphemerals ${show(prefix)}`, "ephemerals");
  }

  #childrenNumber(): Draft {
    const path = this.#random.pick(["/", this.#pools.path()]);
    return draftOf(OpCode.getAllChildrenNumber, pathBody(path), `getAllChildrenNumber ${show(path)}`, "number");
  }

  #auth(): Draft {
    return this.auth(this.#random.oneIn(12) ? SUPERUSER : this.#random.pick(USERS));
  }

  #reconfig(): Draft {
    const body = reconfigBody(this.#random.oneIn(2) ? null : "server.2=127.0.0.1:1:2;3", null, null);
    return draftOf(OpCode.reconfig, body, "reconfig", "dataStat");
  }

  /** Quota nodes are ordinary creates in an odd place; the servers keep statistics beside them. */
  #quota(): Draft {
    const below = this.#random.pick(["/a", "/b", "/c/x"]);
    const path = `/zookeeper/quota${below}${this.#random.pick(["", "/zookeeper_limits", "/zookeeper_stats"])}`;
    const limits = this.#random.pick(LIMITS);
    const data = limits === null ? null : Buffer.from(limits);
    if (this.#random.oneIn(4)) {
      return draftOf(OpCode.delete, pathVersionBody(path, -1), `delete ${path}`, "nothing");
    }
    const body = createBody(path, data, [{ perms: 31, scheme: "world", id: "anyone" }], 0);
    return draftOf(OpCode.create, body, `create ${path} ${limits}`, "path");
  }

  #multi(): Draft {
    const drafts = Array.from(
      {
        length: this.#random.weighted([
          [1, 0],
          [4, 1],
          [8, 2],
          [6, 3],
          [2, 6],
        ]),
      },
      () => this.#part(),
    );
    const parts: MultiPart[] = drafts.map((each) => ({ type: each.type, body: each.body }));
    const text = `multi [${drafts.map((each) => each.text).join("; ")}]`;
    // Behind a multi that fails as a whole (-5) the next write sees what it had prepared; TTL, odd flags and nulls make it fail so.
    const risky = drafts.some(
      (each) => each.type === OpCode.createTTL || /flags=(?![0-4]$)|acl=null/.test(each.text) || each.type > 99,
    );
    return { ...draftOf(OpCode.multi, multiBody(parts), text, "multi"), last: risky };
  }

  #part(): Draft {
    return this.#random.weighted<() => Draft>([
      [40, () => this.#create()],
      [15, () => this.#delete()],
      [25, () => this.#setData()],
      [20, () => this.#check()],
      [2, () => this.#create(OpCode.createContainer)],
      [2, () => this.#createTtl()],
    ])();
  }

  #check(): Draft {
    const path = this.#pools.path();
    const version = this.#pools.version();
    return draftOf(OpCode.check, pathVersionBody(path, version), `check ${show(path)} ${version}`, "stat");
  }

  #multiRead(): Draft {
    const drafts = Array.from({ length: this.#random.below(5) }, () =>
      this.#random.oneIn(2) ? this.#getData() : this.#getChildren(),
    );
    const parts: MultiPart[] = drafts.map((each) => ({ type: each.type, body: each.body }));
    return draftOf(
      OpCode.multiRead,
      multiBody(parts),
      `multiRead [${drafts.map((each) => each.text).join("; ")}]`,
      "multi",
    );
  }

  /** A request whose body was cut, lengthened or hurt. */
  #malformed(): Draft {
    const sound = this.#soundForHurting();
    const bytes = Buffer.from(sound.body);
    const how = sound.type === OpCode.createTTL || sound.type === OpCode.multi ? 0 : this.#random.below(5);
    let body = bytes;
    let text = "";
    if (how === 0) {
      const length = this.#random.below(bytes.length + 1);
      body = bytes.subarray(0, length);
      text = `cut to ${length} bytes`;
    } else if (how === 1) {
      body = Buffer.concat([bytes, Buffer.from("more")]);
      text = "with bytes behind it";
    } else if (how === 2) {
      const length = this.#random.pick([-1, -2, 0x7fffffff, 0x7fff, -0x80000000, 3]);
      if (bytes.length >= 4) bytes.writeInt32BE(length, 0);
      text = `with first length ${length}`;
    } else if (how === 3 && bytes.length > 0) {
      const at = this.#random.below(bytes.length);
      bytes[at] = this.#random.below(256);
      text = `with byte ${at} = ${bytes[at]}`;
    } else {
      body = Buffer.alloc(0);
      text = "without a body";
    }
    // A multi or a setACL that still reads is one; see there why nothing may follow.
    const last = sound.type === OpCode.multi || sound.type === OpCode.setACL;
    return { ...sound, body, text: `${sound.text} ${text}`, last };
  }

  #soundForHurting(): Draft {
    return this.#random.pick([
      () => this.#create(),
      () => this.#delete(),
      () => this.#setData(),
      () => this.#exists(),
      () => this.#getData(),
      () => this.#getChildren2(),
      () => this.#getAcl(),
      () => this.#setAcl(),
      () => this.#multi(),
      () => this.#multiRead(),
      () => this.#sync(),
      () => this.#addWatch(),
      () => this.#setWatches(),
      () => this.#ephemerals(),
      () => this.#watchQuestion(OpCode.checkWatches),
      () => this.#createTtl(),
      () => this.#childrenNumber(),
    ])();
  }
}

function draftOf(type: number, body: Buffer, text: string, reads: ReplyShape): Draft {
  return { type, body, text, reads };
}

function isTtl(flags: number): boolean {
  return flags === 5 || flags === 6;
}

function show(path: string | null): string {
  return path === null ? "null" : /^[!-~]+$/.test(path) ? path : JSON.stringify(path);
}

function sizeOf(data: Buffer | null): string {
  return data === null ? "null" : `${data.length}B`;
}

/** Gives a draft its number. */
export function operationOf(draft: Draft, xid: number): Operation {
  const { type, body, text, reads } = draft;
  return { type, xid: draft.xid ?? xid, body, text, reads };
}

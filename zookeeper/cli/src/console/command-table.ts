import type { Command } from "./command.ts";
import { getAcl, setAcl } from "./commands/acl.ts";
import { create } from "./commands/create.ts";
import { deleteAll, deleteNode, rmr } from "./commands/delete.ts";
import { config, reconfig } from "./commands/ensemble.ts";
import { get } from "./commands/get.ts";
import { ls, ls2 } from "./commands/ls.ts";
import { deleteQuota, listQuota, setQuota } from "./commands/quota.ts";
import { addAuth, close, getAllChildrenNumber, getEphemerals, sync, version, whoAmI } from "./commands/session.ts";
import { set } from "./commands/set.ts";
import { stat } from "./commands/stat.ts";
import { addWatch, removeWatches } from "./commands/watches.ts";

/** Every command that needs the service. */
export const COMMANDS: readonly Command[] = [
  addAuth,
  addWatch,
  close,
  config,
  create,
  deleteAll,
  deleteNode,
  deleteQuota,
  get,
  getAcl,
  getAllChildrenNumber,
  getEphemerals,
  listQuota,
  ls,
  ls2,
  reconfig,
  removeWatches,
  rmr,
  set,
  setAcl,
  setQuota,
  stat,
  sync,
  version,
  whoAmI,
];

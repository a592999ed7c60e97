/**
 * Differences that are known and accepted, each with its reason. Everything else stops a run.
 *
 * A rule sees both answers to one operation as text; what it explains must not change the trees.
 */
export interface AcceptedDifference {
  /** Short name, under which occurrences are counted. */
  name: string;
  /** Why it is accepted. */
  reason: string;
  /** Which servers it is about: a pattern over "candidate | oracle". */
  servers: RegExp;
  /** What was done: a pattern over the operation's or step's text. */
  done: RegExp;
  explains(candidate: string, oracle: string): boolean;
}

const OLD_PAIR = /3\.8\.0/;

/** True if the texts are equal once `pattern` is taken out of both. */
function equalBut(pattern: RegExp): (candidate: string, oracle: string) => boolean {
  return (candidate, oracle) => candidate.replace(pattern, "") === oracle.replace(pattern, "");
}

/** The names of the order rule, which the comparison itself applies. */
export const CLOSE_ORDER = "order of a closed session's nodes";

export const ACCEPTED: readonly AcceptedDifference[] = [
  {
    name: "live connection survives a wrong password",
    reason:
      "Apache closes the session's live connection before it looks at the password, so that anybody can cut anybody off; Branta looks first.",
    servers: /branta/,
    done: /attach while live, (wrong|empty) password/,
    explains: (candidate, oracle) =>
      candidate.endsWith("the old connection is open") && candidate.replace(/open$/, "closed") === oracle,
  },
  {
    name: "zxid in event headers (3.8)",
    reason: "3.8 writes -1 there; 3.9 the transaction's zxid.",
    servers: OLD_PAIR,
    done: /./,
    explains: (candidate, oracle) => candidate.startsWith("event ") && equalBut(/zxid=-?\d+/)(candidate, oracle),
  },
  {
    name: "create2 inside multi (3.8)",
    reason: "3.8 answers as create, without the Stat.",
    servers: OLD_PAIR,
    done: /^multi .*create2/,
    explains: (candidate, oracle) => plainCreates(candidate) === plainCreates(oracle),
  },
  {
    name: "exists without READ (3.8)",
    reason: "3.8.0 does not check READ.",
    servers: OLD_PAIR,
    done: /^exists /,
    explains: (candidate, oracle) => candidate.endsWith("err=-102") !== oracle.endsWith("err=-102"),
  },
  {
    name: "watch types 2 to 5 of checkWatches and removeWatches (3.8)",
    reason: "3.8 does not know types 4 and 5 and answers 2 and 3 from the wrong table at times.",
    servers: OLD_PAIR,
    done: /^(checkWatches|removeWatches) /,
    explains: () => true,
  },
];

function plainCreates(text: string): string {
  return text.replace(
    /\{type=15 done=false err=0 path=("[^"]*") stat\([^)]*\)\}/g,
    "{type=1 done=false err=0 path=$1}",
  );
}

/** The rule that accepts a difference, if one does. */
export function acceptedBy(
  servers: string,
  done: string,
  candidate: string,
  oracle: string,
): AcceptedDifference | undefined {
  return ACCEPTED.find(
    (rule) => rule.servers.test(servers) && rule.done.test(done) && rule.explains(candidate, oracle),
  );
}

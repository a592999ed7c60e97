import { execFileSync } from "node:child_process";
import { ArcusServerError } from "../server-error.ts";

/**
 * Gives up the rights of root, which a cache has no use for: it must be told whom to become, if only root itself.
 * Whoever is not root stays who it is.
 *
 * @throws ArcusServerError rootWithoutUser or unknownUser
 */
export function switchUser(user: string | null): void {
  if (process.getuid?.() !== 0) return;
  if (user === null || user === "") {
    throw new ArcusServerError(
      "rootWithoutUser",
      "Cannot run as root without -u: name the user to become, such as -u nobody",
    );
  }
  if (user === "root") return;
  const group = groupOf(user);
  process.setgroups?.([group]);
  process.setgid?.(group);
  process.setuid?.(user);
}

function groupOf(user: string): number {
  try {
    return Number(execFileSync("id", ["-g", "--", user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch (error) {
    throw new ArcusServerError("unknownUser", `Cannot become the user "${user}": the system does not know it`, {
      cause: error,
    });
  }
}

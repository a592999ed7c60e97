import type { CacheNode } from "../node/start-cache-node.ts";
import { DetachedClient } from "./detached-client.ts";

/**
 * Holds a conversation with a node: sends what stands behind each `> ` (`|` is the end of a line) and answers the
 * conversation with the replies that came, each line behind `< `. One that is as written comes out as it went in.
 */
export function play(node: CacheNode, conversation: string): string {
  using client = new DetachedClient(node);
  let told = "";
  for (const line of conversation.split("\n")) {
    if (!line.startsWith("> ")) {
      // Replies are told as they come; comments and empty lines stay.
      if (!line.startsWith("< ")) told += `${line}\n`;
      continue;
    }
    client.send(Buffer.from(`${line.slice(2).replaceAll(/\|(?! )/g, "\r\n")}\r\n`, "latin1"));
    const replies = client.take().toString("latin1").split("\r\n").slice(0, -1);
    told += `${line}\n${replies.map((reply) => `< ${reply}\n`).join("")}`;
  }
  return told.slice(0, -1);
}

import type { Command } from "./command.ts";

/**
 * `scrub` and `scrub stale`. The real server has them with its ascii_scrub module, which every Arcus cloud loads; here
 * they are always there.
 */
export const scrubCommand: Command = {
  run(request, session) {
    const { node } = session;
    const isStale = request.count === 2 && request.is(1, "stale");
    if (request.count > 1 && !isStale) session.reply("ERROR no matching command");
    else if (isStale && !node.cloud.isConfigured) session.reply("NOT_SUPPORTED");
    else session.reply(node.scrubber.start(isStale ? "scrub stale" : "scrub") ? "OK" : "BUSY");
  },
};

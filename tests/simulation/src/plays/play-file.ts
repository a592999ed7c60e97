/** A part of a play: lines that are only read, or commands with what they answer. */
export type PlayPart =
  | { readonly kind: "text"; readonly lines: readonly string[] }
  | { readonly kind: "scene"; readonly commands: readonly string[]; readonly answer: readonly string[] };

const CURTAIN = "----";

/**
 * Reads a play:
 *
 * ```
 * # why this is played
 *
 * command words
 * another command
 * ----
 * what they answered, up to an empty line
 * ```
 */
export function readPlay(text: string): PlayPart[] {
  const parts: PlayPart[] = [];
  for (const paragraph of text.trimEnd().split(/\n{2,}/)) {
    const lines = paragraph.split("\n");
    const comments = lines.findIndex((line) => !line.startsWith("#"));
    if (comments === -1) {
      parts.push({ kind: "text", lines });
      continue;
    }
    if (comments > 0) parts.push({ kind: "text", lines: lines.slice(0, comments) });
    const rest = lines.slice(comments);
    const curtain = rest.indexOf(CURTAIN);
    parts.push({
      kind: "scene",
      commands: curtain === -1 ? rest : rest.slice(0, curtain),
      answer: curtain === -1 ? [] : rest.slice(curtain + 1),
    });
  }
  return parts;
}

/** Plays every scene and writes the play with what was answered. */
export function perform(parts: readonly PlayPart[], play: (command: string) => readonly string[]): string {
  const paragraphs = parts.map((part) =>
    part.kind === "text"
      ? part.lines.join("\n")
      : [...part.commands, CURTAIN, ...answerOf(part.commands, play)].join("\n"),
  );
  let text = paragraphs[0] ?? "";
  for (let index = 1; index < parts.length; index++) {
    // Comments stand close to the scene that they speak of; the play's title does not.
    const isCommented = index > 1 && parts[index - 1]!.kind === "text" && parts[index]!.kind === "scene";
    text += `${isCommented ? "\n" : "\n\n"}${paragraphs[index]}`;
  }
  return `${text}\n`;
}

function answerOf(commands: readonly string[], play: (command: string) => readonly string[]): readonly string[] {
  const lines = commands.flatMap((command) => play(command));
  return lines.length === 0 ? ["ok"] : lines;
}

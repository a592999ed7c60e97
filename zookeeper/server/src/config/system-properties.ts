import { argumentOrigin, ConfigError, type ConfigEntry } from "@branta/foundation-config";

/** What a command line holds besides system properties. */
export interface CommandLine {
  /** `-Dname=value` arguments, in order. */
  readonly properties: readonly ConfigEntry[];
  /** Everything behind the options. */
  readonly operands: readonly string[];
}

/** Options of the java command that mean nothing here: heap sizes, collectors, assertions, modules. */
const JAVA_OPTION = /^-(?:X|ea\b|esa\b|da\b|server$|client$|verbose|agent|javaagent|-add-)/;

function propertyOf(argument: string, label: string): ConfigEntry {
  const text = argument.slice(2);
  const equals = text.indexOf("=");
  const key = equals < 0 ? text : text.slice(0, equals);
  return { key, value: equals < 0 ? "" : text.slice(equals + 1).trim(), origin: argumentOrigin(label) };
}

/**
 * The `-Dname=value` words of a flags variable such as SERVER_JVMFLAGS. As in the shell scripts that use it, blanks
 * separate and quotes mean nothing; other words concern the JVM and are passed over.
 */
export function propertiesOfFlags(flags: string | undefined, label: string): readonly ConfigEntry[] {
  return (flags ?? "")
    .split(/\s+/)
    .filter((word) => word.startsWith("-D"))
    .map((word) => propertyOf(word, label));
}

/** Splits a server's arguments into `-D` properties, options of the java command (dropped) and operands. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const properties: ConfigEntry[] = [];
  let at = 0;
  for (; at < argv.length && argv[at]!.startsWith("-"); at++) {
    const argument = argv[at]!;
    if (argument.startsWith("-D")) properties.push(propertyOf(argument, "command line"));
    else if (!JAVA_OPTION.test(argument)) {
      throw new ConfigError(
        "malformed",
        `cannot use the option "${argument}", expected -Dname=value before the operands`,
      );
    }
  }
  return { properties, operands: argv.slice(at) };
}

/**
 * Everything that stands for `java -D…`: SERVER_JVMFLAGS, then JVMFLAGS, then arguments; later ones count, as
 * zkServer.sh puts them in this order on java's command line.
 */
export function collectProperties(
  env: Readonly<Record<string, string | undefined>>,
  fromArguments: readonly ConfigEntry[],
): Map<string, ConfigEntry> {
  const all = [
    ...propertiesOfFlags(env["SERVER_JVMFLAGS"], "SERVER_JVMFLAGS"),
    ...propertiesOfFlags(env["JVMFLAGS"], "JVMFLAGS"),
    ...fromArguments,
  ];
  return new Map(all.map((entry) => [entry.key, entry]));
}

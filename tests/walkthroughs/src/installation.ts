import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type CommandOptions, type CommandResult, runCommand } from "./run-command.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

/**
 * A folder like the one that the documents unpack, `zookeeper-3.3.2/` with `bin/` and `conf/`, in which their commands
 * run as written. Its scripts are links to this checkout's; its configuration, data and logs are its own.
 */
export class Installation implements AsyncDisposable {
  readonly home: string;
  readonly #root: string;

  private constructor(root: string, name: string) {
    this.#root = root;
    this.home = join(root, name);
  }

  /** Lays a folder of that name out. */
  static async create(name: string): Promise<Installation> {
    const installation = new Installation(await mkdtemp(join(tmpdir(), "branta-walkthrough-")), name);
    await mkdir(join(installation.home, "bin"), { recursive: true });
    for (const script of await readdir(join(REPOSITORY, "bin"))) {
      if (script.endsWith(".sh"))
        await symlink(join(REPOSITORY, "bin", script), join(installation.home, "bin", script));
    }
    await mkdir(join(installation.home, "conf"));
    await cp(join(REPOSITORY, "conf", "zoo_sample.cfg"), join(installation.home, "conf", "zoo_sample.cfg"));
    return installation;
  }

  /** A path in the folder. */
  path(...parts: readonly string[]): string {
    return join(this.home, ...parts);
  }

  /** Runs a line in the folder, as a shell reads it. */
  shell(line: string, options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand("sh", ["-c", line], { cwd: this.home, ...options });
  }

  /** Saves conf/zoo.cfg as with an editor. */
  async writeConfig(lines: readonly string[]): Promise<void> {
    await writeFile(this.path("conf", "zoo.cfg"), `${lines.join("\n")}\n`);
  }

  /** Stops the server if it runs, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shell("bin/zkServer.sh stop");
    await rm(this.#root, { recursive: true, force: true });
  }
}

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.ts";
import { plant } from "./plant.ts";

/** Packages that the copies of core and simulation need, as they are. */
const UNCHANGED = ["foundation-bytes", "foundation-runtime", "foundation-simulator", "zookeeper-protocol"];

/** A copy of the core and of the simulation, in a folder of its own, in which bugs are planted one after the other. */
export class Workplace implements Disposable {
  readonly #folder: string;
  readonly #core: string;

  constructor() {
    this.#folder = realpathSync(mkdtempSync(join(tmpdir(), "branta-mutants-")));
    const engine = join(this.#folder, "zookeeper/engine");
    this.#core = join(engine, "src/zab");
    cpSync(packageOf("zookeeper-engine"), engine, { recursive: true, filter: isSource });
    cpSync(join(import.meta.dirname, "../.."), join(this.#folder, "tests/simulation"), {
      recursive: true,
      filter: isSource,
    });
    const modules = join(this.#folder, "node_modules/@branta");
    mkdirSync(modules, { recursive: true });
    symlinkSync(engine, join(modules, "zookeeper-engine"));
    for (const name of UNCHANGED) symlinkSync(packageOf(name), join(modules, name));
  }

  /** The program to run after {@link plant}: see try-main.ts. */
  get script(): string {
    return join(this.#folder, "tests/simulation/src/mutants/try-main.ts");
  }

  /** Plants a bug. @returns takes it out again */
  plant(mutant: Mutant): Disposable {
    const file = join(this.#core, mutant.file);
    const source = readFileSync(file, "utf8");
    writeFileSync(file, plant(mutant, source));
    return { [Symbol.dispose]: () => writeFileSync(file, source) };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function packageOf(name: string): string {
  return dirname(dirname(fileURLToPath(import.meta.resolve(`@branta/${name}`))));
}

function isSource(path: string): boolean {
  return !/\/(?:dist|node_modules)(?:\/|$)|\.test\.ts$|\.tsbuildinfo$/.test(path);
}

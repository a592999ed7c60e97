import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { type ImportSpecifier, importSpecifiers, packageOf } from "./import-specifiers.ts";
import { forbidden } from "./layer-rules.ts";
import { projectReferences, readJson, readWorkspaces, type Workspace } from "./workspaces.ts";

/**
 * Checks the direction of imports (docs/architecture.md): down the floors of a wing, across wings only through a
 * client; nothing undeclared; project references that match the dependencies; one module a third-party library.
 * Prints every breach with file and line, and exits with 1 when there is one.
 */

const ROOT = join(import.meta.dirname, "..");
const ROOT_PACKAGE = readJson<{ devDependencies?: Record<string, string> }>(join(ROOT, "package.json"));
const ROOT_TOOLS = new Set(Object.keys(ROOT_PACKAGE.devDependencies ?? {}));
const PRODUCT = /^(?:foundation|zookeeper|arcus|goosefs|hdfs|kubernetes|console)\//;

const workspaces = readWorkspaces(ROOT);
const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
/** Third-party library → the product files that import values from it. */
const importersByLibrary = new Map<string, Set<string>>();
const breaches: string[] = [];

function checkFile(workspace: Workspace, file: string): void {
  for (const found of importSpecifiers(readFileSync(join(ROOT, file), "utf8"))) {
    const problem = checkImport(workspace, file, found);
    if (problem !== null) breaches.push(`${file}:${found.line}: import of "${found.specifier}": ${problem}`);
  }
}

function checkImport(workspace: Workspace, file: string, found: ImportSpecifier): string | null {
  const { specifier } = found;
  if (specifier.startsWith(".")) {
    const target = normalize(join(file, "..", specifier));
    return target.startsWith(`${workspace.folder}/`) ? null : "leaves its package; import the package by its name";
  }
  const library = packageOf(specifier);
  if (library === null) return null;
  const isTest = file.endsWith(".test.ts") || file.includes("/testing/");
  if (!isDeclared(workspace, library, isTest)) return `not declared in ${workspace.folder}/package.json`;
  const target = byName.get(library);
  if (target !== undefined) return forbidden(workspace.folder, target.folder);
  if (PRODUCT.test(file) && !isTest && !found.typeOnly) {
    const importers = importersByLibrary.get(library) ?? new Set();
    importersByLibrary.set(library, importers.add(file));
  }
  return null;
}

function isDeclared(workspace: Workspace, library: string, isTest: boolean): boolean {
  if (library === workspace.name || workspace.dependencies.has(library)) return true;
  return isTest && (workspace.devDependencies.has(library) || ROOT_TOOLS.has(library));
}

function checkReferences(workspace: Workspace): void {
  if (workspace.references === null) {
    if (workspace.files.length > 0) breaches.push(`${workspace.folder}: has no tsconfig.json`);
    return;
  }
  const declared = [...workspace.dependencies, ...workspace.devDependencies];
  const wanted = new Set(declared.flatMap((name) => byName.get(name)?.folder ?? []));
  compare(`${workspace.folder}/tsconfig.json`, "its dependencies", wanted, workspace.references);
}

function compare(file: string, source: string, wanted: ReadonlySet<string>, actual: ReadonlySet<string>): void {
  const missing = [...wanted].filter((folder) => !actual.has(folder));
  const surplus = [...actual].filter((folder) => !wanted.has(folder));
  for (const folder of missing) breaches.push(`${file}: no reference to "${folder}", one of ${source}`);
  for (const folder of surplus) breaches.push(`${file}: reference to "${folder}", not one of ${source}`);
}

for (const workspace of workspaces) {
  for (const file of workspace.files) checkFile(workspace, file);
  checkReferences(workspace);
}
const projects = new Set([
  ...workspaces.filter((each) => each.references !== null).map((each) => each.folder),
  "tools",
]);
// A workspace may have more projects than its own, such as its examples.
const isExtra = (folder: string): boolean => [...projects].some((project) => folder.startsWith(`${project}/`));
const listed = [...projectReferences(ROOT, ".")].filter((folder) => !isExtra(folder));
compare("tsconfig.json", "the workspaces", projects, new Set(listed));
for (const [library, importers] of importersByLibrary) {
  if (importers.size > 1) {
    breaches.push(
      `${library}: imported by ${[...importers].join(", ")}; one module imports a library, others import it`,
    );
  }
}

for (const breach of breaches) process.stderr.write(`${breach}\n`);
process.stdout.write(`${workspaces.length} packages, ${breaches.length} breaches of layering\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;

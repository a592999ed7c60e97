import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** One npm workspace as its folder, package.json and tsconfig.json describe it. */
export interface Workspace {
  readonly name: string;
  /** From the repository's root, with `/`: `zookeeper/engine`. */
  readonly folder: string;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Folders of the projects its tsconfig.json refers to, null without a tsconfig.json. */
  readonly references: ReadonlySet<string> | null;
  /** Every .ts file, from the repository's root. */
  readonly files: readonly string[];
}

interface PackageJson {
  name: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "coverage", "fixtures"]);

export function readJson<T>(path: string): T {
  // JSON.parse answers any; the caller names the shape it relies on.
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

/** The folders that the projects of a tsconfig.json refer to, from the repository's root. */
export function projectReferences(root: string, folder: string): Set<string> {
  const config = readJson<{ references?: { path: string }[] }>(join(root, folder, "tsconfig.json"));
  return new Set((config.references ?? []).map((reference) => relative(root, join(root, folder, reference.path))));
}

/** Every workspace the root's package.json names, sorted by folder. */
export function readWorkspaces(root: string): Workspace[] {
  const patterns = readJson<PackageJson>(join(root, "package.json")).workspaces ?? [];
  const folders = patterns.flatMap((pattern) => expand(root, pattern));
  return folders.toSorted().map((folder) => readWorkspace(root, folder));
}

function expand(root: string, pattern: string): string[] {
  const parents = pattern.endsWith("/*") ? childFolders(root, pattern.slice(0, -2)) : [pattern];
  return parents.filter((folder) => existsSync(join(root, folder, "package.json")));
}

function childFolders(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

function readWorkspace(root: string, folder: string): Workspace {
  const json = readJson<PackageJson>(join(root, folder, "package.json"));
  return {
    name: json.name,
    folder,
    dependencies: new Set(
      [json.dependencies, json.optionalDependencies, json.peerDependencies].flatMap((group) =>
        Object.keys(group ?? {}),
      ),
    ),
    devDependencies: new Set(Object.keys(json.devDependencies ?? {})),
    references: existsSync(join(root, folder, "tsconfig.json")) ? projectReferences(root, folder) : null,
    files: sourceFiles(root, folder),
  };
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : sourceFiles(root, path);
    return path.endsWith(".ts") && !path.endsWith(".d.ts") ? [path] : [];
  });
}

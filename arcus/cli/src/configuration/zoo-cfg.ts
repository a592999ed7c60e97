import { ArcusToolError } from "../arcus-tool-error.ts";

/** What a template of zoo.cfg may ask for. */
export interface ZooCfgValues {
  /** ZooKeeper's folder on the host: `path` */
  readonly path: string;
  /** For clients: `port` */
  readonly port: number;
  /** All servers, in the order of their numbers from 1: `hosts` */
  readonly hosts: readonly string[];
}

const LOOP = /\{%\s*for\s+host\s+in\s+hosts\s*%\}([^]*?)\{%\s*endfor\s*%\}/g;
const VALUE = /\{\{\s*([\w.]+)\s*\}\}/g;

/**
 * Fills in scripts/conf/zoo.cfg, which operators edit. Of the template language that upstream used for it (Jinja), this
 * is what the file needs: `{{ path }}`, `{{ port }}`, and a loop over `hosts` with `{{ host }}` and `{{ loop.index }}`.
 *
 * @throws ArcusToolError badConfiguration for anything else in braces
 */
export function renderZooCfg(template: string, { path, port, hosts }: ZooCfgValues): string {
  const looped = template.replaceAll(LOOP, (_, body: string) => {
    return hosts.map((host, at) => fillIn(body, { host, "loop.index": `${at + 1}` }, false)).join("");
  });
  const filled = fillIn(looped, { path, port: `${port}` }, true);
  const odd = /\{%.*?%\}/.exec(filled);
  if (odd !== null) throw refuse(odd[0]);
  return filled;
}

function fillIn(text: string, values: Readonly<Record<string, string>>, isLast: boolean): string {
  return text.replaceAll(VALUE, (whole, name: string) => {
    const value = values[name];
    if (value === undefined && isLast) throw refuse(whole);
    return value ?? whole;
  });
}

function refuse(words: string): ArcusToolError {
  const wanted = "{{ path }}, {{ port }} and {% for host in hosts %}…{% endfor %}";
  return new ArcusToolError("badConfiguration", `conf/zoo.cfg: cannot fill in "${words}"; wanted are ${wanted}`);
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AuthConfigError } from "@branta/zookeeper-engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSaslCredentials } from "./load-sasl-credentials.ts";

let folder = "";
let file = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "branta-jaas-"));
  file = join(folder, "jaas.conf");
  await writeFile(
    file,
    `Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_bob="secret"; };
     Other { org.apache.zookeeper.server.auth.DigestLoginModule required user_eve="other"; };
     Kerberos { com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true; };`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

const load = (location: string | null, section?: string) => {
  const properties = new Map<string, string>();
  if (location !== null) properties.set("java.security.auth.login.config", location);
  if (section !== undefined) properties.set("zookeeper.sasl.serverconfig", section);
  return loadSaslCredentials(properties);
};

describe("loadSaslCredentials", () => {
  it("reads users from the section for servers, or the one that is named", async () => {
    for (const location of [file, `=${file}`, `file:${file}`, pathToFileURL(file).href]) {
      expect(await load(location)).toEqual(new Map([["bob", "secret"]]));
    }
    expect(await load(file, "Other")).toEqual(new Map([["eve", "other"]]));
  });

  it("is off without a file, or without a section for servers in it", async () => {
    expect(await load(null)).toBeNull();
    expect(await load("")).toBeNull();
    const empty = join(folder, "empty.conf");
    await writeFile(empty, "Client { a.B required; };");
    expect(await load(empty)).toBeNull();
  });

  it("refuses what it cannot honour", async () => {
    await expect(load(file, "None")).rejects.toThrow(/must have that section/);
    await expect(load(file, "Kerberos")).rejects.toThrow(/Kerberos \(GSSAPI\) is not supported/);
    await expect(load(join(folder, "missing.conf"))).rejects.toThrow(AuthConfigError);
    const broken = join(folder, "broken.conf");
    await writeFile(broken, "Server {");
    await expect(load(broken)).rejects.toThrow(/broken\.conf:1/);
  });
});

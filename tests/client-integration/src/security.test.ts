import { freePort } from "@branta/tests-kit";
import { CREATOR_ALL_ACL, ZooKeeper } from "@branta/zookeeper-client";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "./fixture.ts";

const STORES = join(import.meta.dirname, "../../../foundation/net/src/key-stores/fixtures");
const PASSWORD = "branta-test";

let fixture: Fixture;
let folder: string;
let securePort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "branta-jaas-"));
  const jaas = join(folder, "jaas.conf");
  const module = "org.apache.zookeeper.server.auth.DigestLoginModule";
  await writeFile(jaas, `Server { ${module} required user_goose="honk"; };\n`);
  securePort = await freePort();
  fixture = await Fixture.start({
    config: {
      serverCnxnFactory: "org.apache.zookeeper.server.NettyServerCnxnFactory",
      secureClientPort: securePort,
      secureClientPortAddress: "127.0.0.1",
      "ssl.keyStore.location": join(STORES, "server.jks"),
      "ssl.keyStore.password": PASSWORD,
      "ssl.trustStore.location": join(STORES, "trust.jks"),
      "ssl.trustStore.password": PASSWORD,
      "authProvider.1": "org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
    },
    properties: { "java.security.auth.login.config": jaas },
  });
}, 60_000);

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("SASL", () => {
  const sasl = { mechanism: "DIGEST-MD5", username: "goose", password: "honk" } as const;

  it("proves who the client is, on each connection anew", async () => {
    const zk = await fixture.alone({ sasl });
    expect(await zk.whoAmI()).toContainEqual({ authScheme: "sasl", user: "goose" });
    await zk.create("/mine", "x", { acl: CREATOR_ALL_ACL });
    zk.dropConnection();
    expect((await zk.get("/mine")).data?.toString()).toBe("x");
  });

  it("with the wrong password ends the session", async () => {
    const connecting = ZooKeeper.connect(fixture.address, { sasl: { ...sasl, password: "quack" }, timeoutMs: 10_000 });
    await expect(connecting).rejects.toMatchObject({ code: "AuthFailed" });
  });
});

describe("TLS", () => {
  it("hides what is said and shows who the server and the client are", async () => {
    const ca = await readFile(join(STORES, "ca.pem"));
    const client = await readFile(join(STORES, "client.pem"));
    const tls = { ca, cert: client, key: client };
    await using zk = await ZooKeeper.connect(`localhost:${securePort}`, { tls, timeoutMs: 10_000 });
    expect((await zk.whoAmI()).map(({ authScheme }) => authScheme)).toContain("x509");
    await zk.create("/over-tls", "x");
    zk.dropConnection();
    expect((await zk.get("/over-tls")).data?.toString()).toBe("x");
  });

  it("refuses a server that nobody vouches for", async () => {
    const connecting = ZooKeeper.connect(`localhost:${securePort}`, { tls: true, timeoutMs: 1_000 });
    await expect(connecting).rejects.toThrow("certificate");
  });
});

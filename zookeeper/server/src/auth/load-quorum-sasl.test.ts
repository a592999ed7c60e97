import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadQuorumSasl, type QuorumSaslConfig } from "./load-quorum-sasl.ts";

const folder = await mkdtemp(join(tmpdir(), "branta-quorum-sasl-"));
afterAll(() => rm(folder, { recursive: true }));

const DIGEST = "org.apache.zookeeper.server.auth.DigestLoginModule required";
const WHOLE = `QuorumServer { ${DIGEST} user_geese="secret"; };
  QuorumLearner { ${DIGEST} username="geese" password="secret"; };`;

async function load(text: string | null, more: Partial<QuorumSaslConfig> = {}) {
  const file = join(folder, "jaas.conf");
  if (text !== null) await writeFile(file, text);
  return loadQuorumSasl({
    quorumSaslEnabled: true,
    quorumLearnerRequireSasl: true,
    quorumServerRequireSasl: true,
    quorumLearnerLoginContext: "QuorumLearner",
    quorumServerLoginContext: "QuorumServer",
    systemProperties: new Map(text === null ? [] : [["java.security.auth.login.config", file]]),
    ...more,
  });
}

test("one server's proof is what another one asks for", async () => {
  const sasl = (await load(WHOLE))!;
  const [client, server] = [sasl.newClient!(), sasl.newServer()];
  const challenge = server.evaluate(Buffer.alloc(0));
  if (challenge.kind !== "challenge") throw new Error(challenge.kind);
  expect(challenge.token.toString()).toContain('realm="zk-quorum-sasl-md5"');
  const answer = client.evaluate(challenge.token).token!;
  expect(answer.toString()).toContain('digest-uri="zookeeper-quorum/zk-quorum-sasl-md5"');
  const proof = server.evaluate(answer);
  expect(proof).toMatchObject({ kind: "done", user: "geese" });
  if (proof.kind === "done") expect(client.evaluate(proof.token).done).toBe(true);
  expect(sasl.isRequired).toBe(true);
});

test("is off unless it is on, and proves nothing unless asked to", async () => {
  expect(await load(WHOLE, { quorumSaslEnabled: false })).toBeNull();
  const sasl = await load(WHOLE, { quorumLearnerRequireSasl: false, quorumServerRequireSasl: false });
  expect([sasl!.newClient, sasl!.isRequired]).toEqual([null, false]);
});

test.each([
  [null, "java.security.auth.login.config must name"],
  [`QuorumServer { ${DIGEST} user_geese="secret"; };`, 'must have section "QuorumLearner"'],
  [`QuorumLearner { ${DIGEST} username="geese"; };`, 'must have section "QuorumServer"'],
  [WHOLE.replace('username="geese"', ""), "must have a username"],
  [WHOLE.replaceAll(DIGEST, "com.sun.security.auth.module.Krb5LoginModule required"), "Kerberos"],
])("is refused with %j", async (text, reason) => {
  await expect(load(text)).rejects.toThrow(reason);
});

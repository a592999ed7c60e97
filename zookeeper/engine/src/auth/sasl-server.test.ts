import { DigestMd5Client, digestMd5Response } from "@branta/zookeeper-protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SaslServer, type SaslStep } from "./sasl-server.ts";

const USERS = new Map([
  ["bob", "bobsecret"],
  ["super", "adminsecret"],
]);
const nonce = () => new Uint8Array(16).fill(7);
const NONCE = Buffer.from(nonce()).toString("base64");
const newServer = (superPassword?: string) => new SaslServer(USERS, { nonce, superPassword });

function logIn(server: SaslServer, user: string, password: string): SaslStep {
  const challenge = server.evaluate(Buffer.alloc(0));
  if (challenge.kind !== "challenge") return challenge;
  const client = new DigestMd5Client({ user, password, nonce });
  const step = server.evaluate(client.evaluate(challenge.token).token!);
  if (step.kind === "done") expect(client.evaluate(step.token).done).toBe(true);
  return step;
}

/** A second token with some of its directives changed; null leaves one out. */
function answer(changes: Record<string, string | null> = {}, extra = ""): SaslStep {
  const server = newServer();
  server.evaluate(Buffer.from("whatever the client says first is ignored"));
  const parameters = {
    user: "bob",
    realm: "zk-sasl-md5",
    password: "bobsecret",
    nonce: Buffer.from(NONCE),
    cnonce: Buffer.from("c"),
    nonceCount: 1,
    digestUri: changes["digest-uri"] ?? "zookeeper/zk-sasl-md5",
    authzid: changes["authzid"] === undefined ? null : Buffer.from(changes["authzid"] ?? ""),
  };
  const directives: Record<string, string | null> = {
    username: "bob",
    realm: "zk-sasl-md5",
    nonce: NONCE,
    cnonce: "c",
    "digest-uri": "zookeeper/zk-sasl-md5",
    response: digestMd5Response(parameters, "AUTHENTICATE"),
    ...changes,
  };
  const text = Object.entries(directives)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}="${value}"`)
    .join(",");
  return server.evaluate(Buffer.from(text + extra));
}

describe("SaslServer", () => {
  it("challenges with the realm every ZooKeeper client knows", () => {
    expect(newServer().evaluate(Buffer.alloc(0))).toEqual({
      kind: "challenge",
      token: Buffer.from(`realm="zk-sasl-md5",nonce="${NONCE}",charset=utf-8,algorithm=md5-sess`),
    });
  });

  it("lets users in by their password, and nobody else", () => {
    expect(logIn(newServer(), "bob", "bobsecret")).toMatchObject({ kind: "done", user: "bob" });
    expect(logIn(newServer(), "bob", "wrong")).toMatchObject({ kind: "failed" });
    expect(logIn(newServer(), "eve", "bobsecret")).toMatchObject({ kind: "failed", reason: /eve/ });
  });

  it("takes the super password from its property", () => {
    expect(logIn(newServer(), "super", "adminsecret").kind).toBe("done");
    expect(logIn(newServer("other"), "super", "adminsecret").kind).toBe("failed");
    expect(logIn(newServer("other"), "super", "other").kind).toBe("done");
  });

  it("takes what real clients send", () => {
    expect(answer().kind).toBe("done");
    expect(answer({ "digest-uri": "ZooKeeper/zk-sasl-md5" }).kind).toBe("done");
    expect(answer({ authzid: "bob" }).kind).toBe("done");
    expect(answer({ charset: "utf-8", qop: "auth", maxbuf: "65536", nc: "00000007", "nonce-count": "1" }).kind).toBe(
      "done",
    );
    expect(answer({}, ",nc=1,nc=2,unknown=x,unknown=y").kind).toBe("done");
  });

  it.each<[Record<string, string | null>, RegExp]>([
    [{ username: null }, /username/],
    [{ cnonce: null }, /cnonce/],
    [{ charset: "latin1" }, /charset/],
    [{ realm: null }, /realm is ""/],
    [{ realm: "other" }, /realm is "other"/],
    [{ nonce: "other" }, /nonce/],
    [{ nonce: null }, /nonce/],
    [{ qop: "auth-int" }, /qop/],
    [{ "digest-uri": null }, /digest-uri/],
    [{ "digest-uri": "imap/zk-sasl-md5" }, /digest-uri/],
    [{ "nonce-count": "2" }, /nonce-count/],
    [{ maxbuf: "many" }, /maxbuf/],
    [{ response: null }, /does not fit/],
    [{ response: "0" }, /does not fit/],
  ])("refuses %j", (changes, reason) => {
    const step = answer(changes);
    expect(step.kind === "failed" && reason.test(step.reason)).toBe(true);
  });

  it("refuses directives that stand twice, broken ones, long ones, and a third token", () => {
    expect(answer({}, ',realm="zk-sasl-md5"')).toMatchObject({ kind: "failed", reason: /twice/ });
    expect(answer({}, ',x="')).toMatchObject({ kind: "failed" });
    const server = newServer();
    expect(server.evaluate(Buffer.alloc(4097))).toMatchObject({ kind: "failed", reason: /4096/ });
    expect(logIn(server, "bob", "bobsecret").kind).toBe("done");
    expect(server.evaluate(Buffer.alloc(0))).toMatchObject({ kind: "failed", reason: /over/ });
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const server = newServer();
        server.evaluate(Buffer.alloc(0));
        expect(server.evaluate(Buffer.from(bytes)).kind).toBe("failed");
      }),
    );
  });
});

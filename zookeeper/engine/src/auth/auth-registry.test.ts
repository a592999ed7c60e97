import { type Acl, ErrorCode, type Id, OPEN_ACL, Permission, READ_ACL } from "@branta/zookeeper-protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AuthConfigError } from "./auth-config-error.ts";
import { addId, ipId, worldPermissions } from "./auth-ids.ts";
import { AuthRegistry } from "./auth-registry.ts";
import { authSettings } from "./auth-settings.ts";
import { digestId } from "./digest-id.ts";

const PROVIDER = "org.apache.zookeeper.server.auth.";
const EVERY_PROVIDER: Record<string, string> = {
  "zookeeper.authProvider.1": `${PROVIDER}SASLAuthenticationProvider`,
  "zookeeper.authProvider.x509": `${PROVIDER}X509AuthenticationProvider`,
  "zookeeper.authProvider.3": `${PROVIDER}EnsembleAuthenticationProvider`,
  "zookeeper.authProvider.4": `${PROVIDER}KeyAuthenticationProvider`,
};
// The password of both is "test"; the hash is the one Apache's guide and kazoo's test harness give for super:test.
const SUPER_DIGEST = "super:D/InIHSb7yEEbrWz8b9l71RjZJU=";

function registry(properties: Record<string, string> = {}): AuthRegistry {
  return new AuthRegistry(authSettings(new Map(Object.entries(properties))));
}
const acl = (perms: number, scheme: string, id: string): Acl => ({ perms, id: { scheme, id } });
const id = (scheme: string, name: string): Id => ({ scheme, id: name });
const here = { remoteAddress: "10.1.2.3" };
const bob = id("digest", digestId("bob:secret"));

describe("fixupAcl", () => {
  it("keeps open and read-only lists as they are", () => {
    expect(registry().fixupAcl("/a", [], OPEN_ACL)).toEqual(OPEN_ACL);
    expect(registry().fixupAcl("/a", [], [acl(99, "world", "anyone")])).toEqual([acl(99, "world", "anyone")]);
  });

  it("refuses empty lists, unknown schemes and other worlds", () => {
    for (const list of [
      null,
      [],
      [acl(31, "world", "else")],
      [acl(31, "nope", "x")],
      [acl(31, "super", "")],
      [acl(31, "sasl", "bob")],
    ])
      expect(registry().fixupAcl("/a", [bob], list)).toBe(ErrorCode.InvalidAcl);
  });

  it("drops duplicates and keeps the order", () => {
    const list = [acl(1, "ip", "1.2.3.4"), acl(1, "world", "anyone"), acl(1, "ip", "1.2.3.4"), acl(2, "ip", "1.2.3.4")];
    expect(registry().fixupAcl("/a", [], list)).toEqual([list[0], list[1], list[3]]);
  });

  it("puts the client's own identities where auth stands", () => {
    const mine = [ipId("127.0.0.1"), bob, id("super", "")];
    expect(registry().fixupAcl("/a", mine, [acl(31, "auth", "whatever")])).toEqual([{ perms: 31, id: bob }]);
    expect(registry().fixupAcl("/a", [ipId("127.0.0.1")], [acl(31, "auth", "")])).toBe(ErrorCode.InvalidAcl);
  });

  const accepted: [string, string, boolean][] = [
    ["digest", "bob:hash", true],
    ["digest", "bob", false],
    ["digest", "bob:", false],
    ["digest", "a:b:", true],
    ["digest", "a:b:c", false],
    ["digest", ":hash", true],
    ["digest", "", false],
    ["ip", "::1", true],
    ["ip", "10.0.0.0/8", true],
    ["ip", "10.0.0.0/33", false],
    ["ip", "localhost", false],
    ["sasl", "bob", true],
    ["sasl", "bob/host@REALM", true],
    ["sasl", "bob@x@y", false],
    ["sasl", "a/b/c@R", false],
    ["x509", "CN=server,O=Branta", true],
    ["x509", "server", false],
    ["x509", "", true],
    ["key", "anything", true],
    ["ensemble", "main", false],
  ];
  it.each(accepted)("asks scheme %s about %s", (scheme, name, valid) => {
    const list = [acl(31, scheme, name)];
    expect(registry(EVERY_PROVIDER).fixupAcl("/a", [], list)).toEqual(valid ? list : ErrorCode.InvalidAcl);
  });
});

describe("checkAcl", () => {
  const all = registry(EVERY_PROVIDER);

  it("lets everybody through open lists, empty lists and skipACL", () => {
    expect(all.checkAcl(OPEN_ACL, Permission.Write, [])).toBe(true);
    expect(all.checkAcl([], Permission.Write, [])).toBe(true);
    expect(all.checkAcl(null, Permission.Write, [])).toBe(true);
    expect(all.checkAcl(READ_ACL, Permission.Write, [])).toBe(false);
    expect(all.checkAcl(READ_ACL, Permission.Read, [])).toBe(true);
    const skipping = registry({ "zookeeper.skipACL": "yes" });
    expect(skipping.skipAcl).toBe(true);
    expect(skipping.checkAcl(READ_ACL, Permission.Write, [])).toBe(true);
    expect(registry({ "zookeeper.skipACL": "true" }).skipAcl).toBe(false);
  });

  it("wants any one of the permissions asked for", () => {
    expect(all.checkAcl(READ_ACL, Permission.Read | Permission.Admin, [])).toBe(true);
    expect(all.checkAcl([acl(Permission.Admin, "digest", bob.id)], Permission.Read | Permission.Admin, [bob])).toBe(
      true,
    );
  });

  it("opens everything to super", () => {
    expect(all.checkAcl([acl(0, "world", "anyone")], Permission.Admin, [id("super", "")])).toBe(true);
  });

  const matches: [string, string, string, boolean][] = [
    ["digest", "bob:x", "bob:x", true],
    ["digest", "bob:x", "bob:y", false],
    ["ip", "10.9.8.7", "10.0.0.0/8", true],
    ["ip", "11.9.8.7", "10.0.0.0/8", false],
    ["ip", "11.9.8.7", "nonsense", false],
    ["sasl", "bob", "bob", true],
    ["sasl", "super", "bob", true],
    ["sasl", "eve", "bob", false],
    ["x509", "CN=a", "CN=a", true],
    ["x509", "CN=b", "CN=a", false],
    ["key", "", "", true],
    ["ensemble", "main", "main", false],
  ];
  it.each(matches)("asks scheme %s whether %s is %s", (scheme, own, listed, allowed) => {
    expect(all.checkAcl([acl(31, scheme, listed)], Permission.Read, [id("ip", "1.1.1.1"), id(scheme, own)])).toBe(
      allowed,
    );
    expect(all.checkAcl([acl(Permission.Write, scheme, listed)], Permission.Read, [id(scheme, own)])).toBe(false);
  });

  it("does not know schemes without a provider", () => {
    expect(registry().checkAcl([acl(31, "sasl", "bob")], 1, [id("sasl", "bob")])).toBe(false);
    const noDigest = registry({ "zookeeper.DigestAuthenticationProvider.enabled": "false" });
    expect(noDigest.checkAcl([acl(31, "digest", bob.id)], 1, [bob])).toBe(false);
    expect([...noDigest.schemes]).toEqual(["ip"]);
  });

  it("honours the super users of x509 and the name any SASL user matches", () => {
    const special = registry({
      ...EVERY_PROVIDER,
      "zookeeper.X509AuthenticationProvider.superUser": "CN=root",
      "zookeeper.letAnySaslUserDoX": "anyone",
    });
    expect(special.checkAcl([acl(31, "x509", "CN=a")], 1, [id("x509", "CN=root")])).toBe(true);
    expect(special.checkAcl([acl(31, "sasl", "anyone")], 1, [id("sasl", "eve")])).toBe(true);
  });

  it("agrees with the world's permissions kept beside a list", () => {
    const entry = fc.record({
      perms: fc.integer({ min: 0, max: 31 }),
      id: fc.record({ scheme: fc.constantFrom("world", "digest"), id: fc.constantFrom("anyone", "bob:x") }),
    });
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 31 }), (list, perm) => {
        expect((worldPermissions(list) & perm) !== 0).toBe(all.checkAcl(list, perm, []));
      }),
    );
    expect(worldPermissions(null)).toBe(31);
  });
});

describe("visibleAcl", () => {
  it("shows digests whole to admins and masked to others", () => {
    const list = [acl(31, "digest", "bob:h:i"), acl(1, "world", "anyone")];
    expect(registry().visibleAcl(list, [id("digest", "bob:h:i")], "/a")).toBe(list);
    expect(registry().visibleAcl(list, [], "/a")).toEqual([acl(31, "digest", "bob:x"), list[1]]);
  });
});

describe("authenticate", () => {
  it("turns user:password into a digest, and the super digest into super too", () => {
    expect(registry().authenticate("digest", Buffer.from("bob:secret"), here)).toEqual({ kind: "ok", ids: [bob] });
    const withSuper = registry({ "zookeeper.DigestAuthenticationProvider.superDigest": SUPER_DIGEST });
    expect(withSuper.authenticate("digest", Buffer.from("super:test"), here)).toEqual({
      kind: "ok",
      ids: [id("super", ""), id("digest", SUPER_DIGEST)],
    });
    expect(registry().authenticate("digest", null, here)).toEqual({ kind: "failed" });
    expect(registry().authenticate("digest", Buffer.from("bob"), here)).toEqual({
      kind: "ok",
      ids: [id("digest", digestId("bob"))],
    });
  });

  it("takes other digests by Java's names", () => {
    const sha256 = registry({ "zookeeper.DigestAuthenticationProvider.digestAlg": "SHA-256" });
    expect(sha256.authenticate("digest", Buffer.from("bob:secret"), here)).toEqual({
      kind: "ok",
      ids: [id("digest", digestId("bob:secret", "sha256"))],
    });
    for (const name of ["SHA", "SHA-1", "MD5", "SHA-512/256", "SHA3-256"])
      expect(() => registry({ "zookeeper.DigestAuthenticationProvider.digestAlg": name })).not.toThrow();
    expect(() => registry({ "zookeeper.DigestAuthenticationProvider.digestAlg": "ROT13" })).toThrow(AuthConfigError);
  });

  it("fails for schemes without a provider, and for sasl", () => {
    for (const scheme of [null, "world", "auth", "super", "x509", "sasl"])
      expect(registry().authenticate(scheme, Buffer.from("x"), here)).toEqual({ kind: "failed" });
    expect(registry(EVERY_PROVIDER).authenticate("sasl", Buffer.from("x"), here)).toEqual({ kind: "failed" });
  });

  it("adds the address for ip", () => {
    expect(registry().authenticate("ip", null, here)).toEqual({ kind: "ok", ids: [id("ip", "10.1.2.3")] });
  });

  it("reads x509 from the connection's certificate", () => {
    const tls = registry({ ...EVERY_PROVIDER, "zookeeper.X509AuthenticationProvider.superUser": "CN=root" });
    expect(tls.authenticate("x509", null, here)).toEqual({ kind: "failed" });
    expect(tls.authenticate("x509", null, { ...here, subjectDn: "CN=a" })).toEqual({
      kind: "ok",
      ids: [id("x509", "CN=a")],
    });
    expect(tls.x509Ids("CN=root")).toEqual([id("super", "CN=root"), id("x509", "CN=root")]);
    expect(registry().x509Ids("CN=root")).toBeNull();
    expect(new AuthRegistry(authSettings(new Map(), { tls: true })).x509Ids("CN=a")).toEqual([id("x509", "CN=a")]);
  });

  it("sends clients of another ensemble away", () => {
    const named = registry({ ...EVERY_PROVIDER, "zookeeper.ensembleAuthName": "main, spare" });
    expect(named.authenticate("ensemble", Buffer.from("spare"), here)).toEqual({ kind: "ok", ids: [] });
    expect(named.authenticate("ensemble", Buffer.alloc(0), here)).toEqual({ kind: "ok", ids: [] });
    expect(named.authenticate("ensemble", Buffer.from("other"), here)).toEqual({ kind: "close" });
    expect(registry(EVERY_PROVIDER).authenticate("ensemble", Buffer.from("other"), here)).toEqual({
      kind: "ok",
      ids: [],
    });
  });

  it("serves Apache's sample scheme that reads /key", () => {
    const with7 = { ...here, readData: (path: string) => (path === "/key" ? Buffer.from("7") : undefined) };
    const keyed = (token: Buffer | null, connection: Parameters<AuthRegistry["authenticate"]>[2]) =>
      registry(EVERY_PROVIDER).authenticate("key", token, connection).kind;
    expect(keyed(Buffer.from("21"), with7)).toBe("ok");
    expect(keyed(Buffer.from("22"), with7)).toBe("failed");
    expect(keyed(Buffer.from("x"), with7)).toBe("failed");
    expect(keyed(Buffer.from("5"), { ...here, readData: () => null })).toBe("failed");
    expect(keyed(Buffer.from("5"), { ...here, readData: () => Buffer.from("0") })).toBe("ok");
    expect(keyed(Buffer.from("5"), { ...here, readData: () => undefined })).toBe("ok");
    expect(keyed(Buffer.from("5"), here)).toBe("failed");
    expect(keyed(null, with7)).toBe("failed");
  });

  it("names SASL users, super users among them", () => {
    const withSuper = registry({
      "zookeeper.superUser": "root",
      "zookeeper.superUser.2": "wheel",
      "zookeeper.superUsers": "eve",
    });
    expect(withSuper.saslIds("bob")).toEqual([id("sasl", "bob")]);
    expect(withSuper.saslIds("wheel")).toEqual([id("sasl", "wheel"), id("super", "")]);
    expect(withSuper.saslIds("eve")).toEqual([id("sasl", "eve")]);
  });
});

describe("who a client is", () => {
  it("is told by scheme and user, without secrets", () => {
    const mine = [ipId("::1"), bob, id("super", "")];
    expect(registry().clientInfos(mine)).toEqual([
      { authScheme: "ip", user: "0:0:0:0:0:0:0:1" },
      { authScheme: "digest", user: "bob" },
      { authScheme: "super", user: "" },
    ]);
    expect(registry().usersOf(mine)).toBe("0:0:0:0:0:0:0:1,bob");
    expect(registry().usersOf([])).toBeNull();
  });

  it("is a set that grows by copying", () => {
    const first = [ipId("1.2.3.4")];
    const second = addId(first, bob);
    expect(second).not.toBe(first);
    expect(addId(second, { ...bob })).toBe(second);
  });
});

describe("enforced authentication", () => {
  it("is off by default", () => {
    expect(registry().mayRequest([])).toBe(true);
    expect(registry().saslRequired).toBe(false);
    expect(registry().allowSaslFailedClients).toBe(false);
  });

  it("wants one of the schemes", () => {
    const enforced = registry({
      ...EVERY_PROVIDER,
      "zookeeper.enforce.auth.enabled": "TRUE",
      "zookeeper.enforce.auth.schemes": "sasl, digest",
    });
    expect(enforced.mayRequest([ipId("1.2.3.4")])).toBe(false);
    expect(enforced.mayRequest([ipId("1.2.3.4"), bob])).toBe(true);
    expect(enforced.saslRequired).toBe(true);
    const saslOnly = registry({ ...EVERY_PROVIDER, "zookeeper.sessionRequireClientSASLAuth": "true" });
    expect(saslOnly.mayRequest([bob])).toBe(false);
    expect(registry({ "zookeeper.allowSaslFailedClients": "true" }).allowSaslFailedClients).toBe(true);
  });

  it("refuses settings that would lock everybody out", () => {
    expect(() => registry({ "zookeeper.enforce.auth.enabled": "true" })).toThrow(AuthConfigError);
    expect(() => registry({ "zookeeper.sessionRequireClientSASLAuth": "true" })).toThrow(/"sasl"/);
  });

  it("reports provider classes it does not have", () => {
    expect(authSettings(new Map([["zookeeper.authProvider.1", "com.example.Mine"]])).unknownProviders).toEqual([
      "com.example.Mine",
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DigestMd5Client } from "./digest-md5-client.ts";
import { parseDirectives, quoteValue } from "./digest-md5-directives.ts";
import { digestMd5Response } from "./digest-md5-hash.ts";
import { SaslError } from "./sasl-error.ts";

describe("digestMd5Response", () => {
  it("gives the values of RFC 2831 §4", () => {
    const parameters = {
      user: "chris",
      realm: "elwood.innosoft.com",
      password: "secret",
      nonce: Buffer.from("OA6MG9tEQGm2hh"),
      cnonce: Buffer.from("OA6MHXh6VqTrRk"),
      nonceCount: 1,
      digestUri: "imap/elwood.innosoft.com",
      authzid: null,
    };
    expect(digestMd5Response(parameters, "AUTHENTICATE")).toBe("d388dad90d4bbd760a152321f2143af7");
    expect(digestMd5Response(parameters, "")).toBe("ea40f60335c427b5527b84dbabcdfffd");
    expect(digestMd5Response({ ...parameters, authzid: Buffer.from("chris") }, "")).not.toBe(
      "ea40f60335c427b5527b84dbabcdfffd",
    );
    expect(digestMd5Response({ ...parameters, user: "é" }, "")).not.toBe(
      digestMd5Response({ ...parameters, user: "Ж" }, ""),
    );
  });
});

describe("parseDirectives", () => {
  const read = (text: string) =>
    parseDirectives(Buffer.from(text)).map(({ key, value }) => `${key}:${value.toString()}`);

  it.each([
    ["", []],
    ["  ", []],
    [",,a=1,, b=2", ["a:1", "b:2"]],
    ['Realm="x,y\\"z", qop = auth', ['realm:x,y"z', "qop:auth"]],
    ["a=1 b=2", ["a:1", "b:2"]],
    ["a=1,key", ["a:1", "key:"]],
    ['a=""', ["a:"]],
  ])("reads %j", (text, wanted) => expect(read(text)).toEqual(wanted));

  it.each(["=1", "a,b", "a b", "a ", "a=", "a= ", 'a="x', 'a="x\\', 'a="x"y'])("refuses %j", (text) => {
    expect(() => read(text)).toThrow(SaslError);
  });

  it("reads back whatever was quoted", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const quoted = Buffer.concat([Buffer.from('v="'), quoteValue(Buffer.from(bytes)), Buffer.from('"')]);
        expect(parseDirectives(quoted)).toEqual([{ key: "v", value: Buffer.from(bytes) }]);
      }),
    );
  });

  it("answers hostile bytes with its own error only", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "=", ",", '"', "\\", " ", "\n") }), (text) => {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SaslError);
        }
      }),
    );
  });
});

describe("DigestMd5Client", () => {
  const client = () => new DigestMd5Client({ user: 'b"ob', password: "secret", nonce: () => new Uint8Array(16) });
  const challenge = (text: string) => () => client().evaluate(Buffer.from(text));
  const good = 'realm="zk-sasl-md5",nonce="n\\"1",charset=utf-8,algorithm=md5-sess';

  it("answers a ZooKeeper server's challenge and checks its proof", () => {
    const one = client();
    const { token, done } = one.evaluate(Buffer.from(good));
    expect(done).toBe(false);
    const sent = new Map(parseDirectives(token!).map(({ key, value }) => [key, value.toString()]));
    expect(sent.get("username")).toBe('b"ob');
    expect(sent.get("nonce")).toBe('n"1');
    expect(sent.get("digest-uri")).toBe("zookeeper/zk-sasl-md5");
    const parameters = {
      user: 'b"ob',
      realm: "zk-sasl-md5",
      password: "secret",
      nonce: Buffer.from('n"1'),
      cnonce: Buffer.from(sent.get("cnonce")!),
      nonceCount: 1,
      digestUri: "zookeeper/zk-sasl-md5",
      authzid: null,
    };
    expect(sent.get("response")).toBe(digestMd5Response(parameters, "AUTHENTICATE"));
    expect(one.evaluate(Buffer.from(`rspauth=${digestMd5Response(parameters, "")}`))).toEqual({
      token: null,
      done: true,
    });
    expect(() => one.evaluate(Buffer.alloc(0))).toThrow(/over/);
  });

  it("does not believe a server that does not know the password", () => {
    const one = client();
    one.evaluate(Buffer.from(good));
    expect(() => one.evaluate(Buffer.from("rspauth=00"))).toThrow(SaslError);
  });

  it("refuses challenges it cannot answer", () => {
    expect(challenge("nonce=1")).toThrow(/md5-sess/);
    expect(challenge("algorithm=md5-sess")).toThrow(/nonce/);
    expect(challenge(`${good},qop="auth-int,auth-conf"`)).toThrow(/qop/);
    expect(challenge(`${good},x="${"y".repeat(2048)}"`)).toThrow(/2048/);
    expect(challenge("algorithm=md5-sess,nonce=1,realm=a,realm=b")).not.toThrow();
    expect(challenge("algorithm=md5-sess,nonce=1")).not.toThrow();
  });
});

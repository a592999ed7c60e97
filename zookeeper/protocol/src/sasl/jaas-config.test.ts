import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jaasClientCredentials, jaasServerCredentials, parseJaas } from "./jaas-config.ts";
import { SaslError } from "./sasl-error.ts";

const FILE = `// users
Server {
  org.apache.zookeeper.server.auth.DigestLoginModule required
    user_super="adminsecret" /* a comment
    over lines */
    user_bob='b\\'o\\142\\n' debug=true;
};
Client {
  org.apache.zookeeper.server.auth.DigestLoginModule REQUIRED username="bob" password="bobsecret";
  other.Module optional;
};
"Empty" { };
`;

describe("parseJaas", () => {
  const config = parseJaas(FILE, "jaas.conf");

  it("reads sections, modules and options", () => {
    expect([...config.keys()]).toEqual(["Server", "Client", "Empty"]);
    expect(config.get("Client")).toEqual([
      {
        className: "org.apache.zookeeper.server.auth.DigestLoginModule",
        flag: "required",
        options: new Map([
          ["username", "bob"],
          ["password", "bobsecret"],
        ]),
      },
      { className: "other.Module", flag: "optional", options: new Map() },
    ]);
  });

  it("finds a server's users and a client's user", () => {
    expect(jaasServerCredentials(config)).toEqual(
      new Map([
        ["super", "adminsecret"],
        ["bob", "b'ob\n"],
      ]),
    );
    expect(jaasServerCredentials(config, "QuorumServer")).toBeNull();
    expect(jaasClientCredentials(config)).toEqual({ user: "bob", password: "bobsecret" });
    expect(jaasClientCredentials(config, "Server")).toBeNull();
    expect(jaasClientCredentials(config, "None")).toBeNull();
    expect(jaasClientCredentials(parseJaas("Client { a.B required username=x; };", "f"))).toEqual({
      user: "x",
      password: "",
    });
  });

  it.each([
    ["Server", /jaas\.conf:1: found the end of the file, must be "\{"/],
    ["Server {\n a.B\n wanted\n};", /jaas\.conf:3: found "wanted", must be required/],
    ["Server { a.B required x }", /found "\}", must be "="/],
    ["Server { a.B required x=; };", /found ";", must be the value of x/],
    ["Server { a.B required }", /found "\}", must be an option's name/],
    ["Server { }", /must be ";"/],
    ["{ }", /must be a section's name/],
    ["A { }; A { };", /a section of another name/],
    ['\n\nA { a.B required x="y }', /jaas\.conf:3: what " opens must be closed/],
    ["A { /* ", /what \/ opens/],
  ])("says where %j is wrong", (text, message) => {
    expect(() => parseJaas(text, "jaas.conf")).toThrow(message);
  });

  it("answers hostile text with its own error only", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "{", "}", ";", "=", '"', "'", "/", "*", "\\", "\n", " ", "required ") }),
        (text) => {
          try {
            parseJaas(text, "f");
          } catch (error) {
            expect(error).toBeInstanceOf(SaslError);
          }
        },
      ),
    );
  });
});

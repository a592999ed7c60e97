import { describe, expect, it } from "vitest";
import { isX500Name } from "./x500-name.ts";

// Verdicts are those of Java's X500Principal.
describe("isX500Name", () => {
  it.each([
    "",
    "CN=a",
    "cn = a , O = b",
    "CN=a;O=b",
    "CN=a+UID=b,DC=c",
    'CN="a,b+c;d" ,O=x',
    'CN="a\\"b"',
    'CN="\\41"',
    "CN=a\\,b\\+\\ ",
    "CN=\\c3\\a9",
    "CN=",
    "CN= ",
    "OID.2.5.4.3=a",
    "1.2.840.1=a",
    "CN=#0c0141",
    `CN=#0c8180${"41".repeat(128)}`,
  ])("accepts %j", (name) => expect(isX500Name(name)).toBe(true));

  it.each([
    "a",
    "=a",
    "XX=a",
    "CN=a,",
    "CN=a+",
    ",CN=a",
    "CN=a<b",
    'CN=a"b',
    'CN="a',
    'CN="a"b',
    'CN="a\\',
    'CN="\\q"',
    "CN=\\",
    "CN=\\4",
    "CN=\\q",
    "CN=#",
    "CN=#0",
    "CN=#zz",
    "CN=#0c",
    "CN=#0c0241",
    "CN=#1f0141",
    "CN=#0c810141",
    "CN=#0c80",
    "3.1=a",
    "1.40=a",
    "1=a",
  ])("refuses %j", (name) => expect(isX500Name(name)).toBe(false));
});

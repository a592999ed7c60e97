import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { certificateSubject, formatDistinguishedName } from "./distinguished-name.ts";
import { KeyStoreError } from "./key-store-error.ts";
import { readKeyStore } from "./read-key-store.ts";

const tlv = (tag: number, ...content: Buffer[]) => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
};
const attribute = (type: string, tag: number, value: Buffer) =>
  tlv(0x30, tlv(0x06, Buffer.from(type, "hex")), tlv(tag, value));
const CN = "550403";
const named = (tag: number, value: string | Buffer) =>
  formatDistinguishedName(tlv(0x30, tlv(0x31, attribute(CN, tag, Buffer.from(value)))));

describe("formatDistinguishedName", () => {
  it("writes a hard subject as Java does", () => {
    const client = readKeyStore(readFileSync(new URL("./fixtures/client.pem", import.meta.url)), "PEM", "").keys[0]!;
    // The output of X509Certificate.getSubjectX500Principal().getName() for the same file.
    expect(certificateSubject(client.chain[0]!)).toBe(
      'CN=\\ \\#client\\\\\\\\\\ ,1.2.840.113549.1.9.1=#1611676f6f7365406272616e74612e74657374,OU=left+UID=wing,O=Branta\\, Inc. \\\\\\"geese\\\\\\" \\<a\\;b\\=c\\>,STREET=Am Weg 1,L=München,ST=Bayern,C=DE,DC=branta,DC=org',
    );
  });

  it("reads every kind of text", () => {
    expect(named(0x0c, "é")).toBe("CN=é");
    expect(named(0x13, "plain")).toBe("CN=plain");
    expect(named(0x16, Buffer.from([0xe9]))).toBe("CN=é");
    expect(named(0x1e, Buffer.from([0x20, 0xac]))).toBe("CN=€");
    expect(named(0x1e, Buffer.from([0x20]))).toBe("CN=#1e0120");
    expect(named(0x02, Buffer.from([5]))).toBe("CN=#020105");
  });

  it("escapes what would be read as syntax", () => {
    expect(named(0x0c, 'a,b=c+d<e>f#g;h"i\\j')).toBe('CN=a\\,b\\=c\\+d\\<e\\>f\\#g\\;h\\"i\\\\j');
    expect(named(0x0c, " \ra \r ")).toBe("CN=\\ \\\ra\\ \\\r\\ ");
    expect(named(0x0c, "  ")).toBe("CN=\\ \\ ");
    expect(named(0x0c, "a\0b")).toBe("CN=a\\00b");
    expect(named(0x0c, "")).toBe("CN=");
  });

  it("writes the empty name, and refuses what is none", () => {
    expect(formatDistinguishedName(tlv(0x30))).toBe("");
    expect(() => formatDistinguishedName(tlv(0x31))).toThrow(KeyStoreError);
  });
});

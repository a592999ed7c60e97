import { readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isCertificateOfHost } from "./client-host.ts";

const FIXTURES = new URL("../../../../foundation/net/src/key-stores/fixtures/", import.meta.url);
const certificate = new X509Certificate(readFileSync(new URL("client.pem", FIXTURES))).raw;
const nameless = new X509Certificate(readFileSync(new URL("ca.pem", FIXTURES))).raw;

describe("isCertificateOfHost", () => {
  it("compares addresses, in whatever form they come", async () => {
    expect(await isCertificateOfHost(certificate, "127.0.0.1", null)).toBe(true);
    expect(await isCertificateOfHost(certificate, "::ffff:127.0.0.1", null)).toBe(true);
    expect(await isCertificateOfHost(certificate, "::1", null)).toBe(true);
    expect(await isCertificateOfHost(certificate, "127.0.0.2", null)).toBe(false);
  });

  it("compares the names of an address where they may be looked up", async () => {
    expect(await isCertificateOfHost(certificate, "127.0.0.2", () => Promise.resolve(["other", "localhost"]))).toBe(
      true,
    );
    expect(await isCertificateOfHost(nameless, "127.0.0.2", () => Promise.resolve(["localhost"]))).toBe(false);
    expect(await isCertificateOfHost(certificate, "127.0.0.2", () => Promise.reject(new Error("no name")))).toBe(false);
    expect(await isCertificateOfHost(certificate, "fe80::1%eth0", null)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { buildUri, decodeInstance, encodeInstance, type ServiceInstance } from "./service-instance.ts";

const INSTANCE: ServiceInstance<string> = {
  name: "web",
  id: "1",
  address: "10.0.0.1",
  port: 80,
  sslPort: null,
  payload: "hello",
  registrationTimeUTC: 1_700_000_000_000,
  serviceType: "DYNAMIC",
  uriSpec: {
    parts: [
      { value: "scheme", variable: true },
      { value: "://", variable: false },
      { value: "address", variable: true },
      { value: ":", variable: false },
      { value: "port", variable: true },
    ],
  },
};

describe("service instances", () => {
  it("stand in JSON field by field as Curator writes them", () => {
    expect(encodeInstance({ ...INSTANCE, uriSpec: null }).toString()).toBe(
      '{"name":"web","id":"1","address":"10.0.0.1","port":80,"sslPort":null,"payload":"hello",' +
        '"registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","uriSpec":null}',
    );
  });

  it("are read back, and from writers with other fields", () => {
    expect(decodeInstance(encodeInstance(INSTANCE), "/x")).toEqual({ ...INSTANCE, enabled: true });
    expect(decodeInstance(encodeInstance({ ...INSTANCE, enabled: false }), "/x").enabled).toBe(false);
    expect(decodeInstance(Buffer.from('{"name":"a","id":"b","more":1}'), "/x")).toMatchObject({
      address: null,
      port: null,
    });
  });

  it.each([null, "", "{", "[]", "3", '{"name":"a"}'])("are refused where there is something else: %j", (data) => {
    expect(() => decodeInstance(data === null ? null : Buffer.from(data), "/x")).toThrow('"/x"');
  });

  it("make their URI", () => {
    expect(buildUri(INSTANCE)).toBe("http://10.0.0.1:80");
    expect(buildUri({ ...INSTANCE, sslPort: 443 }, { port: "443" })).toBe("https://10.0.0.1:443");
    expect(buildUri({ ...INSTANCE, uriSpec: null })).toBe("");
  });
});

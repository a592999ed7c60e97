import { expect, it } from "vitest";
import { Namespace } from "./namespace.ts";

it("puts the chroot before paths and takes it away again", () => {
  const namespace = new Namespace("/app");
  expect(namespace.toServer("/a/b", "get")).toBe("/app/a/b");
  expect(namespace.toServer("/", "get")).toBe("/app");
  expect(namespace.toClient("/app/a/b")).toBe("/a/b");
  expect(namespace.toClient("/app")).toBe("/");
  expect(namespace.toClient("/apple")).toBe("/apple");
});

it("leaves paths alone where there is no chroot", () => {
  const namespace = new Namespace("");
  expect(namespace.toServer("/a", "get")).toBe("/a");
  expect(namespace.toClient("/a")).toBe("/a");
});

it("refuses what is no path, naming the attempt", () => {
  expect(() => new Namespace("").toServer("a", "set")).toThrow('Cannot set "a"');
});

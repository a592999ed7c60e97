import { describe, expect, it } from "vitest";
import { Pipe } from "./pipe.ts";

describe("Pipe", () => {
  it("answers all commands with the last", () => {
    const pipe = new Pipe();
    expect(pipe.isOpen).toBe(false);
    pipe.open();
    expect(pipe.answer("CREATED_STORED", false)).toBeNull();
    pipe.open();
    expect(pipe.answer("STORED", false)).toBeNull();
    expect(pipe.isOpen).toBe(true);
    expect(pipe.answer("NOT_FOUND", true)).toBe("RESPONSE 3\r\nCREATED_STORED\r\nSTORED\r\nNOT_FOUND\r\nEND\r\n");
    expect(pipe.isOpen).toBe(false);
  });

  it("breaks off at an error and skips the rest", () => {
    const pipe = new Pipe();
    pipe.open();
    expect(pipe.answer("CLIENT_ERROR bad data chunk", false)).toBe(
      "RESPONSE 1\r\nCLIENT_ERROR bad data chunk\r\nPIPE_ERROR bad error\r\n",
    );
    expect(pipe.admits(false)).toBe(false);
    expect(pipe.admits(true)).toBe(false);
    expect(pipe.admits(true)).toBe(true);
    expect(pipe.isOpen).toBe(false);
  });

  it("ends with an error of the last command", () => {
    const pipe = new Pipe();
    pipe.open();
    expect(pipe.answer("ERROR unknown command", true)).toBe(
      "RESPONSE 1\r\nERROR unknown command\r\nPIPE_ERROR bad error\r\n",
    );
    expect(pipe.isOpen).toBe(false);
  });

  it("is forgotten when another command answers after the error", () => {
    const pipe = new Pipe();
    pipe.open();
    pipe.answer("SERVER_ERROR out of memory", false);
    expect(pipe.answer("ERROR unknown command", true)).toBe("ERROR unknown command\r\n");
    expect(pipe.admits(true)).toBe(true);
  });

  it("holds 500 commands and 20 KB", () => {
    const many = new Pipe();
    many.open();
    for (let i = 1; i < 500; i += 1) expect(many.answer("STORED", false)).toBeNull();
    expect(many.answer("STORED", false)).toMatch(/^RESPONSE 500\r\n[^]*\r\nPIPE_ERROR command overflow\r\n$/);
    const full = new Pipe();
    full.open();
    for (let i = 1; i < 500; i += 1) full.answer("STORED", false);
    expect(full.answer("STORED", true)).toMatch(/END\r\n$/);
    const long = new Pipe();
    long.open();
    expect(long.answer("x".repeat(19_990), false)).toBeNull();
    expect(long.answer("STORED", false)).toMatch(/^RESPONSE 1\r\nx+\r\nPIPE_ERROR memory overflow\r\n$/);
  });
});

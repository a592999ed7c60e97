import { Cache } from "@branta/arcus-engine";
import { expect, it } from "vitest";

import { ReplyBuffer, type ReplySink } from "./reply-buffer.ts";

const WINDOW_BYTES = 64;
const WINDOWS = 8;

/** A client that reads when it likes. */
class SlowSink implements ReplySink {
  readonly #unread: { bytes: Buffer; done: (() => void) | undefined }[] = [];

  get writableLength(): number {
    return this.#unread.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  cork(): void {}
  uncork(): void {}

  write(bytes: Buffer, done?: () => void): void {
    this.#unread.push({ bytes, done });
  }

  /** Reads all of it now, as it lies in memory now. */
  read(): string {
    const text = this.#unread.map(({ bytes }) => bytes.toString("latin1")).join("");
    for (const { done } of this.#unread.splice(0)) done?.();
    return text;
  }
}

function open(): ReplyBuffer {
  const yardBytes = WINDOW_BYTES * WINDOWS;
  return new ReplyBuffer(new Cache({ limitBytes: 1 << 20, yardBytes }), 0, yardBytes);
}

it("never writes over what a slow client has not read", () => {
  const output = open();
  const slow = new SlowSink();
  const fast = new SlowSink();
  let expected = "";
  for (let i = 0; i < WINDOWS * 3; i++) {
    output.line(`slow ${i}`);
    output.send(slow);
    expected += `slow ${i}\r\n`;
    output.text("fast ");
    output.number(i);
    output.send(fast);
    expect(fast.read()).toBe(`fast ${i}`);
  }
  expect(slow.read()).toBe(expected);
  output.line("again");
  output.send(slow);
  expect(slow.read()).toBe("again\r\n");
});

it("sets aside what outgrows a window, and keeps the order", () => {
  const output = open();
  const sink = new SlowSink();
  const long = "x".repeat(WINDOW_BYTES * 2);
  output.line("first");
  output.text(long);
  output.bytes(Buffer.from(long), 0, long.length);
  for (let i = 0; i < 50; i++) output.number(1234567);
  expect(output.byteCount).toBe(7 + 2 * long.length + 50 * 7);
  output.send(sink);
  expect(output.byteCount).toBe(0);
  expect(sink.read()).toBe(`first\r\n${long}${long}${"1234567".repeat(50)}`);
});

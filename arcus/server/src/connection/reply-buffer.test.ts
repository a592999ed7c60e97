import { Cache } from "@branta/arcus-engine";
import { expect, it } from "vitest";

import { ReplyBuffer, type ReplySink } from "./reply-buffer.ts";

const WINDOW_BYTES = 64;
const WINDOWS = 8;
/** So wide that small replies may wait in a window. */
const WIDE_BYTES = 64 * 1024;

/** A client that reads when it likes. */
class SlowSink implements ReplySink {
  destroyed = false;
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

function open(windowBytes = WINDOW_BYTES, soon: (callback: () => void) => void = () => {}): ReplyBuffer {
  const yardBytes = windowBytes * WINDOWS;
  return new ReplyBuffer(new Cache({ limitBytes: 1 << 20, yardBytes }), [0, yardBytes], soon);
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

it("sends small replies together, and in order with those that cannot wait", () => {
  const due: (() => void)[] = [];
  const output = open(WIDE_BYTES, (callback) => void due.push(callback));
  const [first, second, gone] = [new SlowSink(), new SlowSink(), new SlowSink()];
  const say = (sink: SlowSink, text: string): void => {
    output.text(text);
    output.send(sink);
  };
  say(first, "a");
  say(second, "b");
  say(gone, "c");
  gone.destroyed = true;
  expect([first.read(), second.read()]).toEqual(["", ""]);
  expect(due).toHaveLength(1);
  due.pop()!();
  expect([first.read(), second.read(), gone.read()]).toEqual(["a", "b", ""]);
  // A large reply is sent at once, behind what waits; so is one to a client that has not read the last.
  say(first, "d");
  say(second, "e".repeat(WIDE_BYTES / 2));
  expect(first.read()).toBe("d");
  say(second, "f");
  expect(second.read()).toBe(`${"e".repeat(WIDE_BYTES / 2)}f`);
  // One that does not fit the window any more makes the others leave.
  say(first, "g");
  say(second, "h".repeat(WIDE_BYTES * 2));
  expect([first.read(), second.read()]).toEqual(["g", "h".repeat(WIDE_BYTES * 2)]);
});

it("keeps what waits when the cache's memory moves", () => {
  const cache = new Cache({ limitBytes: 16 << 20, yardBytes: WIDE_BYTES * WINDOWS });
  const output = new ReplyBuffer(cache, [0, WIDE_BYTES * WINDOWS], () => {});
  const [first, second] = [new SlowSink(), new SlowSink()];
  output.text("before");
  output.send(first);
  const { memory } = cache;
  cache.setLimitBytes(64 << 20);
  expect(cache.memory).not.toBe(memory);
  output.text("after");
  output.send(second);
  output.sendAll();
  expect([first.read(), second.read()]).toEqual(["before", "after"]);
});

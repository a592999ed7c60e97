import type { Socket } from "node:net";
import type { Cache } from "@branta/arcus-engine";
import { type Command, REFUSED, type Session } from "../commands/command.ts";
import { findCommand } from "../commands/command-table.ts";
import { Pipe } from "../commands/pipe.ts";
import { unknownCommandReply } from "../commands/unknown-command.ts";
import type { NodeContext } from "../node/node-context.ts";
import { isTooLongForLine } from "./line-limits.ts";
import { type InputBudget, PendingInput } from "./pending-input.ts";
import type { ReplyBuffer } from "./reply-buffer.ts";
import type { Request } from "./request.ts";
import type { SharedBuffers } from "./shared-buffers.ts";
import { Turn } from "./turn.ts";
import type { UnreadReplies } from "./unread-replies.ts";

/** Unread reply bytes above which a client is not listened to until it has read them. */
const UNREAD_BYTES_MAX = 256 * 1024;
/** Unfinished input that a connection may have even when all connections together have too much. */
const PENDING_BYTES_SURE = 64 * 1024;
/** Up to here a loop copies faster than a call does. */
const LOOP_BYTES_MAX = 48;
const LINE_END_BYTES = 2;
const CR = 0x0d;
const LF = 0x0a;
/** The first byte of a request of the binary protocol, which is not spoken. */
const BINARY_MAGIC = 0x80;

/** One client's connection: requests in, replies out, in one write for all that came in one read. */
export class ClientConnection implements Session {
  readonly node: NodeContext;
  readonly cache: Cache;
  readonly output: ReplyBuffer;
  readonly remoteAddress: string;
  readonly pipe = new Pipe();
  noreply = false;
  readonly #socket: Socket;
  readonly #request: Request;
  readonly #inputBytes: number;
  readonly #inARowMax: number;
  readonly #pending: PendingInput;
  readonly #budget: InputBudget;
  readonly #unread: UnreadReplies;
  readonly #turn: Turn;
  /** More replies wait than a client should leave unread. */
  #isSlow = false;
  /** Bytes of a refused data block that are still to come. */
  #skip = 0;
  /** Promises that must settle before more is executed. */
  #waits = 0;
  #isEnding = false;
  #hasEnded = false;
  #isFirst = true;
  #isRunning = false;
  /** Input waits, though nothing but unread replies was in its way. */
  #isStalled = false;
  /** Where the request stops being executed for now, to be gone on with as another; −1 while it does not. */
  #resumeFrom = -1;
  #resumePrefix = "";

  constructor(node: NodeContext, socket: Socket, shared: SharedBuffers) {
    this.node = node;
    this.cache = node.cache;
    this.output = shared.output;
    this.remoteAddress = socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
    this.#socket = socket;
    this.#request = shared.request;
    this.#inputBytes = shared.inputBytes;
    this.#budget = shared.inputBudget;
    this.#unread = shared.unread;
    this.#turn = new Turn(shared.turns, () => this.#goOn());
    this.#pending = new PendingInput(shared.inputBudget);
    this.#inARowMax = Math.max(node.options.requestsPerEventMax, 1);
    socket.on("end", () => this.#peerEnded());
    socket.on("error", () => socket.destroy());
    socket.on("drain", () => {
      this.#noteUnread(0);
      this.#goOn();
    });
    socket.on("close", () => {
      this.#pending.clear();
      this.#noteUnread(0);
    });
  }

  get isCongested(): boolean {
    return this.#socket.writableLength + this.output.byteCount > UNREAD_BYTES_MAX;
  }

  reply(line: string): void {
    if (this.pipe.isOpen) {
      const text = this.pipe.answer(line, !this.noreply);
      if (text !== null) this.output.text(text);
    } else if (!this.noreply) this.output.line(line);
  }

  swallow(byteCount: number): void {
    this.#skip += byteCount;
  }

  wait(until: Promise<unknown>): void {
    this.#waits++;
    const settled = (): void => {
      this.#waits--;
      if (!this.#isRunning) this.#flush();
      this.#goOn();
    };
    until.then(settled, settled);
  }

  resumeWith(prefix: string, from: number): void {
    this.#resumePrefix = prefix;
    this.#resumeFrom = from;
  }

  end(): void {
    this.#isEnding = true;
  }

  /** Ends the connection now; what it was not sent is lost. */
  destroy(): void {
    this.output.sendAll();
    this.#socket.destroy();
  }

  /** Ends the connection once all replies are sent. */
  close(): void {
    this.#isEnding = true;
    this.#finish();
  }

  /** Takes what the socket has read: the first `length` of `bytes`, which are others after the call. */
  received(bytes: Buffer, length: number): void {
    this.node.traffic.bytesRead += length;
    if (this.#isEnding) return;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (bytes[0] === BINARY_MAGIC || this.node.options.protocol === "binary") return this.destroy();
    }
    if (this.#budget.isExceeded && this.#pending.byteCount > PENDING_BYTES_SURE) {
      return this.giveUp(`${this.#pending.byteCount} bytes of unfinished requests`);
    }
    if (this.#isHeld) {
      this.#pending.add(copyOf(bytes, 0, length));
      this.#socket.pause();
    } else if (this.#turn.isLong || this.#turn.isQueued) {
      this.#pending.add(copyOf(bytes, 0, length));
      this.#awaitTurn();
    } else if (this.#pending.isEmpty) this.#execute(bytes, length);
    else {
      const input = this.#pending.join(copyOf(bytes, 0, length));
      if (input !== null) this.#execute(input, input.length);
    }
  }

  /** Clients that leave much unfinished or unread must not take the memory of the others. */
  giveUp(reason: string): void {
    this.node.log.warn(`Ended the connection of ${this.remoteAddress}: ${reason}`);
    this.destroy();
  }

  /** Only slow clients are noted, so that the others pay nothing. */
  #noteUnread(byteCount: number): void {
    const isSlow = byteCount > UNREAD_BYTES_MAX;
    if (isSlow || this.#isSlow) this.#unread.note(this, isSlow ? byteCount : 0);
    this.#isSlow = isSlow;
  }

  get #isHeld(): boolean {
    return this.#waits > 0 || this.#socket.writableLength > UNREAD_BYTES_MAX;
  }

  /** Executes what was held, once nothing holds it any more. */
  #goOn(): void {
    if (this.#isHeld || this.#isRunning || this.#turn.isQueued || this.#socket.destroyed) return;
    this.#isStalled = false;
    const input = this.#pending.takeAll();
    if (input !== null) this.#execute(input, input.length);
    if (this.#isHeld || this.#isStalled) return;
    this.#socket.resume();
    if (this.#hasEnded) this.#finish();
  }

  /** The client has said its last word; it gets the answers to what it has said. */
  #peerEnded(): void {
    this.#hasEnded = true;
    if (!this.#isHeld && !this.#isStalled) this.#finish();
  }

  #finish(): void {
    this.#isEnding = true;
    this.#end();
  }

  #end(): void {
    this.output.sendAll();
    this.#socket.end();
  }

  /** Executes the requests of some input and sends all of their replies. Input in the cache's memory copies faster. */
  #execute(input: Buffer, length: number): void {
    let bytes = input;
    if (length <= this.#inputBytes) {
      bytes = this.cache.memory;
      copy(input, length, bytes);
    }
    this.#isRunning = true;
    this.#turn.begin();
    const rest = this.#executeAll(bytes, length);
    this.#isRunning = false;
    if (rest < length && !this.#isEnding) this.#pending.add(copyOf(input, rest, length));
    this.#flush();
    if (this.#isEnding) this.#end();
    else if (this.#isHeld) this.#socket.pause();
    else if (this.#isStalled) this.#awaitTurn();
  }

  /** The turn was long, or its replies were many, though the system took them at once: others go first. */
  #awaitTurn(): void {
    this.#isStalled = true;
    this.output.sendAll();
    this.#socket.pause();
    this.#turn.wait();
  }

  /** Tells where the input begins that could not be executed yet. */
  #executeAll(bytes: Buffer, length: number): number {
    const request = this.#request;
    let at = 0;
    let inARow = 0;
    while (at < length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      if (this.#isEnding || this.#waits > 0) return at;
      if (this.isCongested || this.#turn.isLong) {
        this.#isStalled = true;
        return at;
      }
      if (inARow++ === this.#inARowMax) {
        this.node.traffic.yields++;
        inARow = 1;
      }
      const next = request.split(bytes, at, length);
      if (next < 0) {
        if (isTooLongForLine(bytes, at, length)) this.#isEnding = true;
        else this.#pending.expectLine(length - at);
        return at;
      }
      const done = this.#executeOne(bytes, next, length);
      if (done < 0) return at;
      at = done;
    }
    return at;
  }

  /** Executes a request; tells where the next begins, or −1 when its data block has not all come. */
  #executeOne(bytes: Buffer, next: number, length: number): number {
    const request = this.#request;
    this.noreply = false;
    const command = request.count === 0 ? undefined : findCommand(request);
    if (command === undefined) {
      this.reply(unknownCommandReply(request, this.node.options.extensions));
      return next;
    }
    const { commandLog } = this.node;
    let end = next;
    if (command.dataLength !== undefined) {
      const dataLength = command.dataLength(request, this);
      if (dataLength >= 0) {
        end = next + dataLength + LINE_END_BYTES;
        if (end > length) {
          this.#pending.expect(end - request.lineStart);
          return -1;
        }
        request.dataStart = next;
        request.dataEnd = end - LINE_END_BYTES;
      } else if (dataLength === REFUSED) {
        if (commandLog.running) commandLog.write(this.remoteAddress, request.lineText());
        return next;
      }
    }
    if (commandLog.running) commandLog.write(this.remoteAddress, request.lineText());
    if (end !== next && (bytes[end - 2] !== CR || bytes[end - 1] !== LF)) this.reply("CLIENT_ERROR bad data chunk");
    else this.#run(command, bytes, end);
    return end;
  }

  #run(command: Command, bytes: Buffer, end: number): void {
    this.#turn.run(command, this.#request, this);
    if (this.#resumeFrom < 0) return;
    const { dataStart, lineEnd } = this.#request;
    const stop = this.#resumeFrom > lineEnd && dataStart > lineEnd ? end - LINE_END_BYTES : lineEnd;
    const rest = Buffer.from(bytes.subarray(this.#resumeFrom, stop));
    this.#pending.add(Buffer.concat([Buffer.from(this.#resumePrefix, "latin1"), rest, Buffer.from("\r\n")]));
    this.#resumeFrom = -1;
  }

  #flush(): void {
    if (this.output.byteCount === 0) return;
    this.node.traffic.bytesWritten += this.output.byteCount;
    if (this.#socket.destroyed) return this.output.discard();
    this.output.send(this.#socket);
    this.#noteUnread(this.#socket.writableLength);
  }
}

function copy(from: Buffer, length: number, to: Buffer): void {
  if (length > LOOP_BYTES_MAX) from.copy(to, 0, 0, length);
  else for (let at = 0; at < length; at++) to[at] = from[at]!;
}

function copyOf(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, end));
}

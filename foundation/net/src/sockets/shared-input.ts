import { Socket, type SocketConstructorOpts } from "node:net";

/** Takes the first `length` of `bytes`. They are other bytes after the call. */
export type Receiver = (bytes: Buffer, length: number) => void;

/** Under the name "handle" Node keeps the system's side of a socket; its types know neither the field nor the option. */
interface WithHandle {
  _handle?: object | null;
}

/**
 * One piece of memory that all connections of a server are read into, by turns. A socket's "data" events cost as much as a
 * small request does by itself: each has a buffer of its own and goes through the queue of a stream.
 */
export class SharedInput {
  readonly #bytes: Buffer;

  constructor(byteCount: number) {
    this.#bytes = Buffer.allocUnsafeSlow(byteCount);
  }

  /**
   * Reads a socket that was accepted with `pauseOnConnect`.
   *
   * @returns the socket to go on with; the one given has ended
   */
  read(accepted: Socket, receive: Receiver): Socket {
    const shell = accepted as WithHandle;
    const handle = shell._handle;
    if (handle === undefined || handle === null) return this.#readEvents(accepted, receive);
    // A server makes its sockets itself, and asks nobody what memory to read them into: its socket is only a shell.
    shell._handle = null;
    accepted.destroy();
    const bytes = this.#bytes;
    const options = {
      handle,
      allowHalfOpen: true,
      onread: {
        buffer: bytes,
        callback: (length: number) => {
          receive(bytes, length);
          return true;
        },
      },
    };
    return new Socket(options as SocketConstructorOpts);
  }

  /** What has no handle tells of its input in the way that all streams do. */
  #readEvents(socket: Socket, receive: Receiver): Socket {
    socket.on("data", (chunk: Buffer) => receive(chunk, chunk.length));
    socket.resume();
    return socket;
  }
}

/** What this package uses of ssh2 1.17, whose own package has no types. Source: its README.md. */
declare module "ssh2" {
  import type { EventEmitter } from "node:events";
  import type { Duplex, Readable } from "node:stream";

  /** A private key that was read. */
  export interface ParsedKey {
    readonly type: string;
    isPrivateKey(): boolean;
  }

  export type AuthMethod =
    | { readonly type: "none"; readonly username: string }
    | { readonly type: "agent"; readonly username: string; readonly agent: string }
    | { readonly type: "publickey"; readonly username: string; readonly key: ParsedKey }
    | { readonly type: "password"; readonly username: string; readonly password: string }
    | {
        readonly type: "keyboard-interactive";
        readonly username: string;
        readonly prompt: (
          name: string,
          instructions: string,
          language: string,
          prompts: readonly { readonly prompt: string }[],
          finish: (answers: readonly string[]) => void,
        ) => void;
      };

  export interface ConnectConfig {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    /** 0: no limit. */
    readonly readyTimeout: number;
    readonly keepaliveInterval: number;
    readonly keepaliveCountMax: number;
    readonly algorithms?: { readonly serverHostKey: readonly string[] };
    readonly hostVerifier: (key: Buffer) => boolean;
    readonly authHandler: (
      methodsLeft: readonly string[] | null,
      partialSuccess: boolean | null,
      next: (method: AuthMethod | false) => void,
    ) => void;
  }

  /** A command that runs. Emits `exit` (code or null, signal name) and `close`. */
  export interface ClientChannel extends Duplex {
    readonly stderr: Readable;
    close(): void;
  }

  export class Client extends EventEmitter {
    connect(config: ConnectConfig): this;
    exec(command: string, callback: (error: Error | undefined, channel: ClientChannel) => void): boolean;
    end(): this;
    destroy(): this;
  }

  const ssh2: {
    readonly Client: typeof Client;
    readonly utils: { parseKey(data: Buffer, passphrase?: string): ParsedKey | readonly ParsedKey[] | Error };
  };
  export default ssh2;
}

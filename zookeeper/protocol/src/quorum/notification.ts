import { BytesError, type Codec, type Reader, type Writer } from "@branta/foundation-bytes";
import { zxidEpoch } from "../zxid.ts";
import { readExactLong } from "./exact-long.ts";

/** What a server says of itself in an election. */
export type PeerState = "looking" | "following" | "leading" | "observing";

/**
 * A number that stands for "none" where Apache sends Long.MIN_VALUE: an observer proposes nobody, with no zxid and no
 * epoch. Smaller than every real value.
 */
export const NO_PROPOSAL: number = Number.MIN_SAFE_INTEGER;

/** A server's vote with the state it is in: all that travels on the election port after the greeting. */
export interface Notification {
  readonly state: PeerState;
  /** Who should lead, {@link NO_PROPOSAL} from who may not vote. */
  readonly leader: number;
  /** The last zxid that the proposed leader has logged. */
  readonly zxid: number;
  /** The sender's round of election ("logical clock"). */
  readonly electionEpoch: number;
  /** currentEpoch of the proposed leader. */
  readonly peerEpoch: number;
  /** The sender's configuration: `server.N=…` lines and `version=<hex>`; null from servers before 3.5. */
  readonly configuration: string | null;
}

/** In the order of their numbers on the wire. */
const STATES: readonly PeerState[] = ["looking", "following", "leading", "observing"];

const LONG_MIN = -(2 ** 63);
/** Before 3.3: without the proposed leader's epoch. */
const BYTES_WITHOUT_EPOCH = 28;
/** Version 1, and what came before versions were sent. */
const BYTES_WITHOUT_CONFIGURATION = 40;
const VERSION_WITH_CONFIGURATION = 2;

/**
 * `Notification => state:int leader:long zxid:long electionEpoch:long [peerEpoch:long [version:int [configuration]]]`,
 * `configuration => length:int utf8`; the reader must end where the message ends. One that cannot be read is to be
 * passed over: the messages behind it are none the worse.
 */
export const notification: Codec<Notification> = {
  name: "Notification",
  encode(writer, { state, leader, zxid, electionEpoch, peerEpoch, configuration }) {
    writer.int(STATES.indexOf(state));
    writeProposal(writer, leader);
    writeProposal(writer, zxid);
    writer.longNumber(electionEpoch);
    writeProposal(writer, peerEpoch);
    writer.int(configuration === null ? 1 : VERSION_WITH_CONFIGURATION);
    if (configuration !== null) writer.string(configuration);
  },
  decode(reader) {
    const length = reader.remaining;
    const state = STATES[reader.int()];
    if (state === undefined) throw new BytesError("malformed", "Cannot read state: must be 0 to 3", reader.offset - 4);
    const leader = readProposal(reader, "leader");
    const zxid = readProposal(reader, "zxid");
    const electionEpoch = readExactLong(reader, "election epoch");
    const peerEpoch = length === BYTES_WITHOUT_EPOCH ? epochOf(zxid) : readProposal(reader, "peer epoch");
    const isOld = length === BYTES_WITHOUT_EPOCH || length === BYTES_WITHOUT_CONFIGURATION;
    const configuration = isOld || reader.int() < VERSION_WITH_CONFIGURATION ? null : readConfiguration(reader);
    return { state, leader, zxid, electionEpoch, peerEpoch, configuration };
  },
};

function writeProposal(writer: Writer, value: number): void {
  writer.longNumber(value === NO_PROPOSAL ? LONG_MIN : value);
}

function readProposal(reader: Reader, field: string): number {
  const offset = reader.offset;
  const value = reader.longNumber();
  if (value === LONG_MIN) return NO_PROPOSAL;
  if (value > NO_PROPOSAL && Number.isSafeInteger(value)) return value;
  throw new BytesError("malformed", `Cannot use ${field} ${value}: must be within ±2^53, or -2^63 for none`, offset);
}

function epochOf(zxid: number): number {
  return zxid === NO_PROPOSAL ? NO_PROPOSAL : zxidEpoch(zxid);
}

function readConfiguration(reader: Reader): string {
  const text = reader.string();
  if (text === null) throw new BytesError("malformed", "Cannot read configuration: length is -1", reader.offset - 4);
  return text;
}

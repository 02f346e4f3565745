import { option, parseOptions, z } from '@rocketeer/foundation'
import { FRAME_BYTES_MAX_DEFAULT } from '@rocketeer/protocol'

const MEBIBYTE = 1024 * 1024
const { bytes, count, milliseconds } = option

const limitsSchema = z.strictObject({
  /** The longest frame a peer may send. Apache: `com.rocketmq.remoting.frameMaxLength`. */
  frameBytesMax: bytes().default(FRAME_BYTES_MAX_DEFAULT),
  /**
   * A connection is closed when its peer has sent no whole frame for this time and does not read a long answer either.
   * Apache: serverChannelMaxIdleTimeSeconds.
   */
  idleTimeoutMs: milliseconds().default(120_000),
  /**
   * A client probes a peer that has sent nothing for this time while a request waits for its answer. As long as brokers
   * let a pull wait by default: an idle consumer seldom probes.
   */
  probeAfterMs: milliseconds().default(15_000),
  /** A client gives up a peer that has sent nothing for this time since it was probed. */
  probeTimeoutMs: milliseconds().default(5_000),
  /** While more bytes of answers than this wait for a peer, its further requests are left in the socket. */
  pauseReadingBytes: bytes().default(8 * MEBIBYTE),
  /** A peer is cut off when more bytes than this wait for it: late answers pile up and it still does not read. */
  sendBufferBytesMax: bytes().default(64 * MEBIBYTE),
  /** Bytes that may wait over all connections; beyond it the peers with most of them are cut off. */
  sendBuffersBytesMax: bytes().default(512 * MEBIBYTE),
  /** A peer is cut off when bytes wait for it and it has read nothing for this time. */
  writeStallMs: milliseconds().default(30_000),
  /** Own requests to one peer that wait for an answer; beyond it requests are refused. Apache: clientAsyncSemaphoreValue. */
  pendingRequestsMax: count().default(65_535),
  /** Requests of one peer whose handlers have not answered yet; beyond it no more are read. */
  openRequestsMax: count().default(65_535),
  /** Body bytes of a peer's unanswered requests; beyond it no more requests are read. */
  openRequestBytesMax: bytes().default(64 * MEBIBYTE),
  /** Bytes of partial frames over all connections; beyond it the connection with most of them is closed. */
  partialFrameBytesMax: bytes().default(128 * MEBIBYTE),
  /** Connections accepted at the same time; further ones are closed at once. */
  connectionsMax: count().default(16_384),
})

/** Every limit of a server or client. */
export type RemotingLimits = Readonly<z.output<typeof limitsSchema>>
/** Limits to change; the others keep their defaults. */
export type RemotingLimitsInput = z.input<typeof limitsSchema>

/** Throws `OPTION_INVALID` for an unknown name or an impossible value. */
export function parseLimits(input: RemotingLimitsInput | undefined): RemotingLimits {
  return parseOptions(limitsSchema, input, 'remoting limits')
}

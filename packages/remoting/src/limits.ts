import { option, parseOptions, z } from '@rocketeer/foundation'
import { FRAME_BYTES_MAX_DEFAULT } from '@rocketeer/protocol'

const MEBIBYTE = 1024 * 1024
const { bytes, count, milliseconds } = option

const limitsSchema = z.strictObject({
  /** The longest frame a peer may send. Apache: `com.rocketmq.remoting.frameMaxLength`. */
  frameBytesMax: bytes().default(FRAME_BYTES_MAX_DEFAULT),
  /** A connection without a whole frame in either direction is closed. Apache: serverChannelMaxIdleTimeSeconds. */
  idleTimeoutMs: milliseconds().default(120_000),
  /** Requests of a peer are left in its socket while so many bytes of answers wait for it. */
  pauseReadingBytes: bytes().default(8 * MEBIBYTE),
  /** Above this the peer is cut off: answers to requests taken earlier arrived and it still does not read. */
  sendBufferBytesMax: bytes().default(64 * MEBIBYTE),
  /** The same over all connections: above it those with most waiting are cut off. */
  sendBuffersBytesMax: bytes().default(512 * MEBIBYTE),
  /** A peer that takes nothing for so long while something waits for it is cut off. */
  writeStallMs: milliseconds().default(30_000),
  /** Own requests to one peer waiting for their answer. Apache: clientAsyncSemaphoreValue. */
  pendingRequestsMax: count().default(65_535),
  /** Requests of one peer whose handlers have not answered; beyond it no more are read. */
  openRequestsMax: count().default(65_535),
  /** Body bytes of those requests; beyond it no more are read. */
  openRequestBytesMax: bytes().default(64 * MEBIBYTE),
  /** Bytes of unfinished frames over all connections; beyond it the connection with most of them is closed. */
  halfFrameBytesMax: bytes().default(128 * MEBIBYTE),
  /** Connections accepted at the same time; further ones are closed at once. */
  connectionsMax: count().default(16_384),
})

/** Every limit of a server or client, with unit last. */
export type RemotingLimits = Readonly<z.output<typeof limitsSchema>>
/** Limits to change; the others keep their defaults. */
export type RemotingLimitsInput = z.input<typeof limitsSchema>

/** Throws `OPTION_INVALID` for a name nobody knows or a value that cannot be. */
export function parseLimits(input: RemotingLimitsInput | undefined): RemotingLimits {
  return parseOptions(limitsSchema, input, 'remoting limits')
}

import { protocolErrors } from '../errors.js'
import { readInt64 } from '../java/int64.js'
import type { EncodedHost } from './host.js'

/**
 * The offset message id: the broker's address, port and the record's physical offset in upper-case hex.
 * Apache: MessageDecoder.createMessageId.
 */
export function encodeMessageId(storeHost: EncodedHost, physicalOffset: number): string {
  return storeHost.toString('hex').toUpperCase() + physicalOffset.toString(16).toUpperCase().padStart(16, '0')
}

/** Throws `MESSAGE_ID_MALFORMED`. */
export function decodeMessageId(messageId: string): { storeHost: EncodedHost; physicalOffset: number } {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{56})$/i.test(messageId))
    throw protocolErrors.MESSAGE_ID_MALFORMED({ messageId })
  const bytes = Buffer.from(messageId, 'hex')
  const hostBytes = bytes.length - 8
  return { storeHost: bytes.subarray(0, hostBytes), physicalOffset: readInt64(bytes, hostBytes) }
}

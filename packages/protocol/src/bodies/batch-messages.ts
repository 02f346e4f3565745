import { protocolErrors } from '../errors.js'
import { PROPERTIES_BYTES_MAX } from '../record/record-layout.js'

/** One message of a batch: topic, times and hosts are those of the batch. */
export interface BatchMessage {
  flag: number
  body: Buffer
  /** `name \u0001 value \u0002 …`; see `encodeProperties`. */
  properties: string
}

/**
 * The body of SEND_BATCH_MESSAGE, for every message:
 *
 *     | total size 4 | magic 4, unused | body CRC 4, unused | flag 4 | body length 4, body | properties length 2, properties |
 */
export const BatchMessages = { encode, decode }

/** Bytes of a message besides its body and properties. */
const FIXED_BYTES = 22

/** Throws `RECORD_TOO_LARGE`. Apache: MessageDecoder.encodeMessages. */
function encode(messages: readonly BatchMessage[]): Buffer {
  let bytes = 0
  for (const { body, properties } of messages) {
    const propertiesBytes = Buffer.byteLength(properties)
    if (propertiesBytes > PROPERTIES_BYTES_MAX) {
      throw protocolErrors.RECORD_TOO_LARGE({
        what: 'the properties of a message in a batch',
        bytes: propertiesBytes,
        bytesMax: PROPERTIES_BYTES_MAX,
      })
    }
    bytes += FIXED_BYTES + body.length + propertiesBytes
  }
  const target = Buffer.alloc(bytes)
  let at = 0
  for (const message of messages) at = encodeOne(target, at, message)
  return target
}

function encodeOne(target: Buffer, start: number, { flag, body, properties }: BatchMessage): number {
  target.writeInt32BE(flag, start + 12)
  target.writeInt32BE(body.length, start + 16)
  body.copy(target, start + 20)
  const propertiesAt = start + 20 + body.length
  const propertiesBytes = target.write(properties, propertiesAt + 2)
  target.writeInt16BE(propertiesBytes, propertiesAt)
  const end = propertiesAt + 2 + propertiesBytes
  target.writeInt32BE(end - start, start)
  return end
}

/**
 * The messages of a batch; bodies are views of the input. Throws `RECORD_MALFORMED`. Apache:
 * MessageDecoder.decodeMessages, which believes the inner lengths; here the total size must agree with them.
 */
function decode(batch: Buffer): BatchMessage[] {
  const messages: BatchMessage[] = []
  for (let start = 0; start < batch.length; ) {
    if (batch.length - start < FIXED_BYTES) throw malformed(`${batch.length - start} bytes are left over`)
    const end = start + batch.readInt32BE(start)
    const bodyStart = start + 20
    const bodyEnd = bodyStart + batch.readInt32BE(start + 16)
    if (end > batch.length || bodyEnd < bodyStart || bodyEnd + 2 > end) {
      throw malformed(`the lengths of message ${messages.length} run past its end`)
    }
    const propertiesStart = bodyEnd + 2
    if (propertiesStart + batch.readUInt16BE(bodyEnd) !== end) {
      throw malformed(`the parts of message ${messages.length} do not add up to its size`)
    }
    messages.push({
      flag: batch.readInt32BE(start + 12),
      body: batch.subarray(bodyStart, bodyEnd),
      properties: batch.toString('utf8', propertiesStart, end),
    })
    start = end
  }
  return messages
}

function malformed(reason: string) {
  return protocolErrors.RECORD_MALFORMED({ reason: `in a batch, ${reason}` })
}

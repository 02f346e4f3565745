import { sendMessageV2 } from '@rocketeer/protocol/commands'
import { compress } from '../messages/compression.js'
import type { PreparedMessage } from '../messages/outgoing.js'
import type { Parcel } from './delivery.js'
import type { ProducerConfig } from './producer-options.js'

/** One message as a parcel, its body packed when it is long. */
export function packMessage(message: PreparedMessage, config: ProducerConfig): Parcel | Promise<Parcel> {
  const { topic, body, properties, flag } = message
  const parcel = { command: sendMessageV2, topic, body, properties, sysFlag: 0, flag, batch: false }
  if (body.length <= config.compressBodyOverBytes) return parcel
  const packed = compress(body, config.compressLevel)
  return packed instanceof Promise
    ? packed.then((value) => ({ ...parcel, ...value }))
    : { ...parcel, ...packed }
}

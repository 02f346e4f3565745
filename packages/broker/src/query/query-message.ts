import { FRAME_BYTES_MAX_DEFAULT } from '@rocketeer/protocol'
import type { queryMessage } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

const HEADER_BYTES_MAX = 64 * 1024

/** Bytes of records in one answer, which has to be a frame that clients take; older ones are left out. */
const ANSWER_BYTES_MAX = FRAME_BYTES_MAX_DEFAULT - HEADER_BYTES_MAX

export interface QueryMessageNeeds {
  readonly store: MessageStore
  readonly config: LiveConfig
}

/** Records by key or unique id over a time range. Apache: QueryMessageProcessor.queryMessage. */
export function queryMessageHandler(needs: QueryMessageNeeds): HandlerOf<typeof queryMessage> {
  return async ({ fields }) => {
    const { topic, key, beginTimestamp, endTimestamp, uniqueKeyQuery } = fields
    const { defaultQueryMessagesMax, queryMessagesMax } = needs.config.current
    const wanted = uniqueKeyQuery ? defaultQueryMessagesMax : fields.maxNum
    const offsets = await needs.store.query(topic, key, {
      messagesMax: Math.max(1, Math.min(wanted, queryMessagesMax)),
      beginTimestamp,
      endTimestamp,
      unique: uniqueKeyQuery || fields.indexType === 'U',
    })
    const records = await readRecords(needs.store, offsets)
    if (records.length === 0) throw refusals.NO_MESSAGE_WITH_KEY({ topic, key })
    const indexLastUpdatePhyoffset = offsets[0] ?? 0
    return { fields: { indexLastUpdateTimestamp: endTimestamp, indexLastUpdatePhyoffset }, body: records }
  }
}

/** In the order of the log, as Apache answers; the newest when there is no room for all. `offsets` begins with the newest. */
async function readRecords(store: MessageStore, offsets: readonly number[]): Promise<Buffer[]> {
  const records: Buffer[] = []
  let bytes = 0
  for (const offset of offsets) {
    const record = await store.recordAt(offset)
    if (record === undefined) continue
    bytes += record.length
    if (bytes > ANSWER_BYTES_MAX && records.length > 0) break
    records.push(record)
  }
  return records.reverse()
}

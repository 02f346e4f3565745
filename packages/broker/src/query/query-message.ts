import type { queryMessage } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

/** The most records one query looks for, whatever the client asks. */
const RECORDS_MAX = 1000

/** Bytes of records in one answer; further ones are left out. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

export interface QueryMessageNeeds {
  readonly store: MessageStore
  readonly config: LiveConfig
}

/** Records by key or unique id over a time range. Apache: QueryMessageProcessor.queryMessage. */
export function queryMessageHandler(needs: QueryMessageNeeds): HandlerOf<typeof queryMessage> {
  return async ({ fields }) => {
    const { topic, key, beginTimestamp, endTimestamp, uniqueKeyQuery } = fields
    const offsets = await needs.store.query(topic, key, {
      messagesMax: uniqueKeyQuery
        ? needs.config.current.defaultQueryMessagesMax
        : Math.max(1, Math.min(fields.maxNum, RECORDS_MAX)),
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

import { decodeRecord, findProperty, type MessageRecord, PropertyName } from '@rocketeer/protocol/record'
import type { IndexFiles } from '../index-file/index-files.js'

export interface QueryLimits {
  messagesMax: number
  /** Store timestamps, both included. */
  beginTimestamp: number
  endTimestamp: number
  /** Compare with the unique id only, not with the keys. */
  unique?: boolean
}

/** Records that one query looks at: those of other keys with the same hash do not count as found, but take time. */
const RECORDS_READ_MAX = 10_000

interface KeyQuery {
  readonly topic: string
  readonly key: string
  readonly limits: QueryLimits
}

interface KeyQueryNeeds {
  readonly index: IndexFiles
  readonly recordAt: (physicalOffset: number) => Promise<Buffer | undefined>
}

/** Finds records by key and compares each with what was asked. */
export async function queryByKey(
  { topic, key, limits }: KeyQuery,
  { index, recordAt }: KeyQueryNeeds,
): Promise<number[]> {
  const range = { begin: limits.beginTimestamp, end: limits.endTimestamp }
  const found: number[] = []
  let read = 0
  for await (const offset of index.query(topic, key, range)) {
    if (found.length >= limits.messagesMax || ++read > RECORDS_READ_MAX) break
    const bytes = await recordAt(offset)
    if (!bytes) continue
    const record = decodeRecord(bytes, 0, { checkCrc: false })
    const { storeTimestamp } = record
    if (storeTimestamp < range.begin || storeTimestamp > range.end) continue
    if (record.topic === topic && hasKey(record, key, limits.unique ?? false)) found.push(offset)
  }
  return found
}

function hasKey({ properties }: MessageRecord, key: string, unique: boolean): boolean {
  if (findProperty(properties, PropertyName.UNIQUE_KEY) === key) return true
  if (unique) return false
  return findProperty(properties, PropertyName.KEYS)?.split(' ').includes(key) ?? false
}

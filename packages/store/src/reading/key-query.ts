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

/** Entries looked at beyond the wanted number, for keys that share a hash. */
const COLLISIONS_MAX = 64

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
  for (const offset of await index.query(topic, key, range, limits.messagesMax + COLLISIONS_MAX)) {
    if (found.length >= limits.messagesMax) break
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

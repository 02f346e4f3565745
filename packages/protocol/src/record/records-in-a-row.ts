import { protocolErrors } from '../errors.js'
import { type DecodeRecordOptions, decodeRecord, type MessageRecord } from './decode-record.js'
import { RECORD_BYTES_MIN } from './record-layout.js'

/** Whole records, one after the other: the body of a pull response, or the result of a read from the store. */
export type RecordsInARow = Buffer | readonly Buffer[]

/**
 * The bytes of each record, as views; only their sizes are looked at. An array rather than a generator, which takes a
 * quarter longer. Throws `RECORD_MALFORMED` when a size is below the least or above what is left.
 */
export function recordsIn(row: RecordsInARow): Buffer[] {
  const records: Buffer[] = []
  for (const buffer of buffersOf(row)) {
    for (let start = 0; start < buffer.length; ) {
      const rest = buffer.length - start
      const bytes = rest < RECORD_BYTES_MIN ? rest : buffer.readInt32BE(start)
      if (bytes < RECORD_BYTES_MIN || bytes > rest) {
        const reason = `its size is ${bytes}, ${rest} bytes are left`
        throw protocolErrors.RECORD_MALFORMED({ reason })
      }
      records.push(buffer.subarray(start, start + bytes))
      start += bytes
    }
  }
  return records
}

/** Each record decoded. Throws `RECORD_MALFORMED` as `decodeRecord` does. */
export function decodeRecords(row: RecordsInARow, options: DecodeRecordOptions = {}): MessageRecord[] {
  const records: MessageRecord[] = []
  for (const buffer of buffersOf(row)) {
    // By offset, not from `recordsIn`: clients decode all they pull here, and a view of each record would cost a fifth.
    for (let start = 0; start < buffer.length; ) {
      const record = decodeRecord(buffer, start, options)
      records.push(record)
      start += record.totalSize
    }
  }
  return records
}

/**
 * Each record that can be decoded. `onDamage` is called with the error for each other one: it is stepped over by its
 * size, or, where that makes no sense, is the last one of its buffer that is looked at; then `isLast` is true.
 */
export function decodeSoundRecords(
  row: RecordsInARow,
  options: DecodeRecordOptions,
  onDamage: (error: unknown, isLast: boolean) => void,
): MessageRecord[] {
  const records: MessageRecord[] = []
  for (const buffer of buffersOf(row)) {
    for (let start = 0; start < buffer.length; ) {
      try {
        const record = decodeRecord(buffer, start, options)
        records.push(record)
        start += record.totalSize
      } catch (error) {
        const rest = buffer.length - start
        const bytes = rest < RECORD_BYTES_MIN ? 0 : buffer.readInt32BE(start)
        const isLast = bytes < RECORD_BYTES_MIN || bytes > rest
        onDamage(error, isLast)
        if (isLast) break
        start += bytes
      }
    }
  }
  return records
}

function buffersOf(row: RecordsInARow): readonly Buffer[] {
  return Buffer.isBuffer(row) ? [row] : row
}

import type { MessageToSend } from '@rocketeer/client'
import type { WaitingRow } from './stored-message.js'

/** A body from which on a producer compresses, which it does to no message of a batch. */
const BODY_BYTES_MAX = 4_096
const BATCH_BYTES_MAX = 128 * 1024

/**
 * What is sent one after the other: the rows of one topic and order key, in their order. Those without a key have no order,
 * and are divided into chains of `rowsMax`.
 */
export function chainsOf(rows: readonly WaitingRow[], rowsMax: number): WaitingRow[][] {
  const chains: WaitingRow[][] = []
  const open = new Map<string, WaitingRow[]>()
  for (const row of rows) {
    const { topic } = row.message
    const name = row.orderKey === undefined ? topic : `${topic} ${row.orderKey}`
    const chain = open.get(name)
    if (chain && (row.orderKey !== undefined || chain.length < rowsMax)) {
      chain.push(row)
      continue
    }
    const begun = [row]
    chains.push(begun)
    open.set(name, begun)
  }
  return chains
}

/** The rows at the start of `rows` that one request can take: those that no batch may have go alone. */
export function nextSend(rows: readonly WaitingRow[], rowsMax: number): readonly WaitingRow[] {
  let bytes = 0
  const end = rows.findIndex(({ message }, index) => {
    bytes += message.body.length
    return index === rowsMax || bytes > BATCH_BYTES_MAX || !fitsInBatch(message)
  })
  return end === -1 ? rows : rows.slice(0, Math.max(1, end))
}

function fitsInBatch({ body, deliverAt, deliverAfterMs, delayLevel, priority }: MessageToSend): boolean {
  const isPlain = [deliverAt, deliverAfterMs, delayLevel, priority].every((option) => option === undefined)
  return isPlain && body.length < BODY_BYTES_MAX
}

import type { MessageToSend } from '@rocketeer/client'
import { type Change, tableOf } from '../changes/change.js'
import { rowKeyOf } from '../changes/row-key.js'
import { toCanal } from './canal.js'

/** Where a change goes; what is left out is as described. */
export interface ChangeRoute {
  topic: string
  /** `insert`, `update`, `delete` or `snapshot` unless given. */
  tag?: string | undefined
  /** The message's first key: table and primary key unless given. */
  key?: string | undefined
  /**
   * Changes with the same order key stay in order: table and primary key unless given. The number of an order keeps its
   * items in order with it; a column that changes must not be one.
   */
  orderKey?: string | undefined
}

/** How changes are written: as `Change` in JSON, or as Canal's flat messages. */
export type ChangeFormat = 'change' | 'canal'

export interface ChangeMessage {
  readonly message: MessageToSend
  readonly orderKey: string
}

/** Makes the message of a change. Its second key is the same whenever the change is sent again. */
export function changeMessage(
  change: Change,
  route: ChangeRoute,
  { format, id, now }: { format: ChangeFormat; id: number; now: number },
): ChangeMessage {
  const rowKey = rowKeyOf(tableOf(change), change.key)
  const body = format === 'canal' ? toCanal(change, { id, now }) : change
  const message = {
    topic: route.topic,
    tag: route.tag ?? change.type,
    keys: [route.key ?? rowKey, changeId(change)],
    body: JSON.stringify(body),
  }
  return { message, orderKey: route.orderKey ?? rowKey }
}

/** Names a change for good: `0-1-1234:0`, transaction and number in it; of a snapshot its version. */
export function changeId({ type, transaction, sequence, version }: Change): string {
  return type === 'snapshot' ? `snapshot:${version}` : `${transaction}:${sequence}`
}

import type { Client } from '@rocketeer/client'
import { ManualClock } from '@rocketeer/foundation'
import type { SqlDatabase } from '../sql/index.js'

export const nothing = () => {}
export const unreachable = () => {
  throw new Error('it was asked')
}
export const database: SqlDatabase<object> = {
  dialect: 'sqlite',
  transaction: unreachable,
  execute: unreachable,
}
export const client = {
  ...{ admin: unreachable, producer: unreachable, consumer: unreachable, transactionProducer: unreachable },
  ...{ pull: unreachable, close: unreachable },
} as unknown as Client
export const clusters = { from: client, to: { ...client } as Client }
export const producer = { send: unreachable, sendBatch: unreachable, sendOneway: unreachable } as never
export const common: Readonly<Record<string, unknown>> & { readonly clock: ManualClock } = {
  signal: new AbortController().signal,
  clock: new ManualClock(),
}
export const probed = {
  probe: nothing,
  probeIntervalMs: 1,
  probeTimeoutMs: 1,
  healthyAfter: 1,
  unhealthyAfter: 1,
}

/** A call with options, and every option with a value that makes sense. */
export interface Entry {
  call: (options: never) => unknown
  valid: Readonly<Record<string, unknown>>
  /** Options that take 0. */
  zero?: readonly string[]
  /** An option that takes a string, too. */
  text?: string
  /** True when it passes options on. */
  passesOn?: boolean
}

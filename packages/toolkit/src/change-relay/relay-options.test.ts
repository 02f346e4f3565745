import { expect, it } from 'vitest'
import { relayChanges } from './change-relay.js'
import type { ChangeRelayOptions } from './relay-options.js'

const sound = {
  name: 'r',
  source: { ZongJi: class {}, createConnection: async () => ({}), connection: {} },
  tables: ['shop.orders'],
  producer: { send: async () => ({}) },
  route: () => undefined,
  positions: { claim: async () => ({ saved: undefined, save: async () => true }) },
} as unknown as ChangeRelayOptions

it.each([
  [{ tables: [] }, 'tables'],
  [{ tables: ['orders'] }, 'database.table'],
  [{ name: '' }, 'name'],
  [{ source: { connection: {} } as never }, 'ZongJi'],
  [{ serverId: 0 }, 'serverId'],
  [{ changesUnderwayMax: 0 }, 'changesUnderwayMax'],
  [{ startsWith: 'now' } as never, 'startWith'],
])('refuses %j with the reason', (wrong: Partial<ChangeRelayOptions>, reason) => {
  expect(() => relayChanges({ ...sound, ...wrong })).toThrow(reason)
})

import { ManualClock } from '@rocketeer/foundation'
import type { Connection } from '@rocketeer/remoting'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from '../options/live-config.js'
import { ClientExpiry } from './client-expiry.js'
import type { RegisteredClient } from './registered-client.js'

const EXPIRY_MS = 120_000

let clock: ManualClock
let clients: Map<string, RegisteredClient>
let events: string[]
let expiry: ClientExpiry<RegisteredClient>

beforeEach(() => {
  clock = new ManualClock(0)
  clients = new Map()
  events = []
  expiry = new ClientExpiry({
    clock,
    config: new LiveConfig(parseBrokerOptions({ directory: '.', clientExpiryMs: EXPIRY_MS })),
    clients: () => clients,
    onExpired: (group, { clientId }) => {
      events.push(`${clientId} of ${group} expired at ${clock.now()}`)
      clients.delete(group)
    },
  })
})

function heardFrom(group: string): void {
  const connection = { close: () => events.push(`closed ${group}`) } as unknown as Connection
  const client = { connection, clientId: 'c', language: 0, version: 0, lastHeartbeatAt: clock.now() }
  clients.set(group, client)
  expiry.heard(client)
}

describe('ClientExpiry', () => {
  it('drops who has not been heard from for longer than the time, and closes the connection after it', async () => {
    heardFrom('a')
    await clock.advance(EXPIRY_MS)
    expect(events).toEqual([])
    await clock.advance(1)
    expect(events).toEqual([`c of a expired at ${EXPIRY_MS + 1}`, 'closed a'])
    expect(clock.pending).toBe(0)
  })

  it('lets each heartbeat put it off', async () => {
    heardFrom('a')
    heardFrom('b')
    await clock.advance(EXPIRY_MS - 1)
    heardFrom('a')
    await clock.advance(EXPIRY_MS)
    expect([...clients.keys()]).toEqual(['a'])
    await clock.advance(1)
    expect(events).toContain(`c of a expired at ${2 * EXPIRY_MS}`)
  })

  it('expires nobody after close', async () => {
    heardFrom('a')
    expiry.close()
    expect(clock.pending).toBe(0)
    heardFrom('b')
    await clock.advance(2 * EXPIRY_MS)
    expect(events).toEqual([])
  })
})

it('after the clock was set back drops who is silent for the time from then on', async () => {
  let ahead = 3_600_000
  const setBack = new ManualClock(0)
  const now = () => setBack.now() + ahead
  const later = { now, after: setBack.after.bind(setBack), every: setBack.every.bind(setBack) }
  const dropped: string[] = []
  const client = {
    connection: { close: () => {} } as unknown as Connection,
    clientId: 'c',
    language: 0,
    version: 0,
  }
  const silent = { ...client, lastHeartbeatAt: now() }
  const own = new ClientExpiry<RegisteredClient>({
    clock: later,
    config: new LiveConfig(parseBrokerOptions({ directory: '.', clientExpiryMs: EXPIRY_MS })),
    clients: () => (dropped.length > 0 ? [] : [['a', silent]]),
    onExpired: (group) => dropped.push(group),
  })
  own.heard(silent)
  ahead = 0
  await setBack.advance(2 * EXPIRY_MS + 10)
  expect(dropped).toEqual(['a'])
})

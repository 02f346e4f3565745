import type { MessageToSend } from '@rocketeer/client'
import { fakeMessage } from '@rocketeer/client/testing'
import { eventually, MariadbServer, PostgresServer } from '@rocketeer/test-kit'
import { idempotent, sqlInbox } from '@rocketeer/toolkit/idempotency'
import { Outbox } from '@rocketeer/toolkit/outbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OrderDatabase, openOrderDatabase } from './programs/order-database.js'

interface Server {
  readonly address: string
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

const servers: Record<string, () => Promise<Server>> = {
  MariaDB: async () => {
    const server = await MariadbServer.start()
    return Object.assign(server, { address: `${server.url}/mysql` })
  },
  PostgreSQL: async () => {
    const server = await PostgresServer.start()
    return Object.assign(server, { address: server.url })
  },
}

const ORDERS = Array.from({ length: 20 }, (_, order) => `order-${order}`)

describe.each(Object.keys(servers))('a pool of one connection to %s', (name) => {
  let server: Server
  let opened: OrderDatabase
  let sent: unknown[]
  beforeAll(async () => {
    server = await servers[name]!()
    opened = await openOrderDatabase(server.address, 1)
  }, 400_000)
  afterAll(async () => {
    await opened?.close()
    await server?.close()
  })

  async function pieces() {
    sent = []
    const { database } = opened
    const [inbox, outbox] = [sqlInbox(database), new Outbox(database)]
    await inbox.createTables()
    await outbox.createTables()
    const send = async ({ key }: MessageToSend) => void sent.push(key)
    const sendBatch = async (messages: readonly MessageToSend[]) => {
      for (const message of messages) await send(message)
    }
    const relay = outbox.relay({ send, sendBatch }, { pollIntervalMs: 10 })
    const problems: unknown[] = []
    relay.on('problem', (error) => problems.push(error))
    return { inbox, outbox, relay, problems }
  }

  it('is enough for consumers, their outbox, its relay and the clean-up at the same time', async () => {
    const { inbox, outbox, relay } = await pieces()
    await using cleaner = inbox.cleaner({ intervalMs: 10 })
    const handle = idempotent({ store: inbox }, async ({ key }, { transaction }) => {
      await outbox.add(transaction, { topic: 'granted', key, body: 'x' }, { orderKey: key })
    })
    const { signal } = new AbortController()
    const twice = [...ORDERS, ...ORDERS]
    await Promise.all(twice.map((key) => handle(fakeMessage({ key }), { group: 'coupon', signal })))
    await eventually(() => expect(sent.length).toBe(ORDERS.length), { withinMs: 30_000 })
    expect(sent.toSorted()).toEqual(ORDERS.toSorted())
    await relay.close()
    expect(cleaner.status.lastRoundAt).toBeDefined()
  })

  it('that hangs keeps nobody from closing, and what waited is sent afterwards', async () => {
    const { inbox, outbox, relay, problems } = await pieces()
    const cleaner = inbox.cleaner({ intervalMs: 1 })
    cleaner.on('problem', () => {})
    await eventually(() => expect(relay.status.slots).toBe(16), { withinMs: 30_000 })
    await server.pause()
    const adding = opened.database.transaction((transaction) =>
      outbox.add(transaction, { topic: 'granted', key: 'late', body: 'x' }),
    )
    try {
      await Promise.all([relay.close(), cleaner.close()])
    } finally {
      await server.resume()
    }
    expect(problems).toContainEqual(expect.objectContaining({ code: 'CLOSE_TIMED_OUT' }))
    await adding
    expect(sent).toEqual([])
    const later = await pieces()
    await eventually(() => expect(sent).toEqual(['late']), { withinMs: 60_000 })
    await later.relay.close()
  })
})

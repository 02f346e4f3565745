import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, connect } from '@rocketeer/client'
import { ChildProgram, eventually, MariadbServer } from '@rocketeer/test-kit'
import { delayedCheck } from '@rocketeer/toolkit/delayed-check'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import type { CheckOrders } from './programs/check-worker.js'

const ORDERS = 300
const KILLS = 6
const TOPIC = 'order-unpaid'

let mariadb: MariadbServer
let database: mysql.Connection
beforeAll(async () => {
  mariadb = await MariadbServer.start()
  database = await mysql.createConnection(mariadb.url)
}, 120_000)
afterAll(async () => {
  await database?.end()
  await mariadb?.close()
})

describe.each<PeerKind>(['ours', 'apache'])('delayed checks against %s', (kind) => {
  let peer: Peer
  let client: Client
  beforeAll(async () => {
    peer = await Peer.start(kind, { properties: { recallMessageEnable: 'true' } })
    client = await connect({ nameservers: [peer.nameserver.address] })
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await peer?.close()
  })

  async function newOrders(): Promise<string> {
    const schema = `orders_${kind}`
    await database.query(`CREATE DATABASE ${schema}`)
    await database.query(`USE ${schema}`)
    await database.query('CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, status VARCHAR(10))')
    await database.query('CREATE TABLE closings (id VARCHAR(40))')
    return `${mariadb.url}/${schema}`
  }

  function startWorker(orders: CheckOrders): ChildProgram {
    const program = fileURLToPath(new URL('./programs/check-worker.js', import.meta.url))
    const args = ['--enable-source-maps', program, JSON.stringify(orders)]
    return ChildProgram.start({ name: 'a check worker', command: process.execPath, args })
  }

  it('close each unpaid order once and no paid one, while the processes that check are killed', async () => {
    const orders: CheckOrders = {
      nameservers: [peer.nameserver.address],
      database: await newOrders(),
      topic: TOPIC,
      group: 'order-close',
    }
    await client.admin().topics.create(TOPIC, { queues: 4 })
    const workers = [startWorker(orders), startWorker(orders)]
    const scheduler = delayedCheck(client, { topic: TOPIC, group: 'order-close', stageMsMax: 1_500 })
    try {
      for (let i = 0; i < ORDERS; i++) {
        await scheduler.schedule(`order-${i}`, { afterMs: 2_000 + (i % 50) * 100 })
        await database.query("INSERT INTO orders VALUES (?, 'unpaid')", [`order-${i}`])
        if (i % 3 === 0) await scheduler.schedule(`order-${i}`, { afterMs: 3_000 })
        if (i % 2 === 0)
          await database.query("UPDATE orders SET status = 'paid' WHERE id = ? AND status = 'unpaid'", [
            `order-${i}`,
          ])
      }
      await scheduler.schedule('order-that-was-rolled-back', { afterMs: 2_000 })
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(700)
        const index = kill % workers.length
        workers[index]!.signal('SIGKILL')
        expect(await workers[index]!.exited).toBe('SIGKILL')
        workers[index] = startWorker(orders)
      }
      const unpaid = async () => {
        const [rows] = await database.query<mysql.RowDataPacket[]>(
          "SELECT COUNT(*) AS n FROM orders WHERE status = 'unpaid'",
        )
        expect(rows[0]!.n).toBe(0)
      }
      await eventually(unpaid, { withinMs: 60_000, everyMs: 200 })
      await eventually(async () => expect((await client.admin().groups.lag('order-close')).lag).toBe(0), {
        withinMs: 60_000,
        everyMs: 500,
      })
      const [closings] = await database.query<mysql.RowDataPacket[]>('SELECT id FROM closings')
      const expected = Array.from({ length: ORDERS }, (_, i) => `order-${i}`).filter((_, i) => i % 2 === 1)
      expect(closings.map(({ id }) => id).sort()).toEqual(expected.sort())
    } finally {
      for (const worker of workers) worker.signal('SIGKILL')
      await scheduler.close()
    }
  }, 180_000)

  it('are taken back, wait in stages, and go by delay levels', async () => {
    const seen = new Map<string, number>()
    const began = Date.now()
    const check = (key: string) => void seen.set(key, Date.now() - began)
    const options = { check, stageMsMax: 1_500 }
    await using timers = delayedCheck(client, { ...options, topic: 'by-timer', group: 'by-timer' })
    await using levels = delayedCheck(client, {
      ...options,
      stageMsMax: 60_000,
      topic: 'by-level',
      group: 'by-level',
      timing: 'levels',
    })
    // The topics do not exist before the first check.
    for (const each of [timers, levels]) each.on('problem', () => {})
    const { handle } = await timers.schedule('recalled', { afterMs: 6_000 })
    await timers.schedule('timer', { afterMs: 5_000 })
    await levels.schedule('level', { afterMs: 7_000 })
    const direct = delayedCheck(client, { topic: 'by-timer', group: 'by-timer-scheduler' })
    const far = await direct.schedule('far', { afterMs: 20_000 })
    expect(await direct.cancel(far.handle)).toBe(true)
    await direct.close()
    // Its first stage is over in 1.5 s: from then on the state alone says that there is nothing to do.
    await sleep(2_500)
    expect(await timers.cancel(handle)).toBe(false)
    await eventually(() => expect([...seen.keys()].sort()).toEqual(['level', 'recalled', 'timer']), {
      withinMs: 60_000,
      everyMs: 100,
    })
    expect(seen.get('timer')).toBeGreaterThanOrEqual(5_000)
    expect(seen.get('level')).toBeGreaterThanOrEqual(7_000)
    expect(timers.status.timing).toBe('timers')
    expect(timers.status.early).toBeGreaterThanOrEqual(3)
    expect(levels.status.early).toBeGreaterThanOrEqual(1)
  }, 120_000)
})

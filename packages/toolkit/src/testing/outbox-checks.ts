import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { isRocketeerError, type MessageToSend, RocketeerError } from '@rocketeer/client'
import { Leases } from '../leases/leases.js'
import { Outbox } from '../outbox/index.js'
import type { ContractCheck } from '../sql/testing/index.js'
import { empty, nameOf, until } from './tables.js'

/** What an outbox does with its tables, whichever database has them. */
export const outboxChecks: readonly ContractCheck[] = [
  {
    name: 'an outbox sends each key in its order, whatever its text, and keeps apart what no broker takes',
    run: async (database) => {
      const table = nameOf('outbox')
      const outbox = new Outbox(database, { table })
      await Promise.all([outbox.createTables(), outbox.createTables()])
      await empty(database, table)
      const long = 'k'.repeat(10_240)
      const orderKeys = ['a', 'A', 'a ', '\0', '\u{1f9fe}', "'; --", `${long}1`, `${long}2`]
      for (let step = 0; step < 4; step++)
        for (const orderKey of orderKeys)
          await database.transaction((transaction) =>
            outbox.add(
              transaction,
              { topic: 'paid', properties: { shop: '单\0\u{1f9fe}' }, body: Buffer.from([0, 255, step]) },
              { orderKey },
            ),
          )
      const half = database.transaction((transaction) =>
        outbox.add(transaction, { topic: 'paid', body: 'x' }, { orderKey: '\ud83e' }),
      )
      await rejects(half, (error) => isRocketeerError(error, 'MESSAGE_INVALID'))
      await database.transaction((transaction) => outbox.add(transaction, { topic: 'refused', body: 'x' }))
      await rejects(
        database.transaction(async (transaction) => {
          await outbox.add(transaction, { topic: 'paid', body: 'never' }, { orderKey: 'a' })
          throw new Error('rolled back')
        }),
        /rolled back/,
      )
      const sent: { orderKey: string; step: number; shop: string }[] = []
      const send = async ({ topic, properties, body }: MessageToSend, { orderKey = '' } = {}) => {
        if (topic === 'refused') throw new RocketeerError('MESSAGE_INVALID', 'no \0', false, {}, undefined)
        sent.push({ orderKey, step: (body as Uint8Array)[2]!, shop: String(properties?.shop) })
        return {}
      }
      const sendBatch = async (messages: readonly MessageToSend[], options: { orderKey?: string }) => {
        for (const message of messages) await send(message, options)
        return {}
      }
      const relay = outbox.relay({ send, sendBatch }, { batchMax: 16, pollIntervalMs: 10 })
      relay.on('problem', () => {})
      await until(async () => (await outbox.status()).waiting === 0)
      await relay.close()
      for (const orderKey of orderKeys)
        deepStrictEqual(
          sent.filter((each) => each.orderKey === orderKey).map(({ step }) => step),
          [0, 1, 2, 3],
        )
      deepStrictEqual([...new Set(sent.map(({ shop }) => shop))], ['单\0\u{1f9fe}'])
      const [row] = await outbox.setAside()
      strictEqual(row?.message.topic, 'refused')
      ok(row.reason.includes('\uFFFD'))
      strictEqual(await outbox.removeSetAside(row.id), true)
    },
  },
  {
    name: 'tables may have the longest names that the database takes, and longer ones are refused',
    run: async (database) => {
      // MariaDB's files have five letters for each sign of no Latin script.
      const table = database.dialect === 'mysql' ? 'x'.repeat(56) : '单'.repeat(18)
      const outbox = new Outbox(database, { table })
      await outbox.createTables()
      await empty(database, table)
      await database.transaction((transaction) => outbox.add(transaction, { topic: 'paid', body: 'x' }))
      deepStrictEqual((await outbox.status()).waiting, 1)
      const leases = new Leases({ database, table: `${table}_leases`, owner: 'one', leaseMs: 1_000 })
      strictEqual((await leases.divide(2)).length, 2)
      await leases.releaseAll()
      if (database.dialect === 'sqlite') return
      throws(() => new Outbox(database, { table: `${table}单` }), /"table": names may have 6[34] /)
    },
  },
]

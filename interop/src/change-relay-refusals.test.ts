import type { MessageToSend, SendReceipt } from '@rocketeer/client'
import { defineErrors, errorRow } from '@rocketeer/foundation'
import { eventually } from '@rocketeer/test-kit'
import type { Change } from '@rocketeer/toolkit/change-relay'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectChanges, ORDERS, RelayBench } from './peers/relay-bench.js'

/** What the client throws. */
const errors = defineErrors({ MESSAGE_TOO_LARGE: errorRow({ message: () => 'too long' }) })

let bench: RelayBench
beforeAll(async () => {
  bench = await RelayBench.start()
})
afterAll(() => bench[Symbol.asyncDispose]())
beforeEach(() => bench.begin())
afterEach(() => bench.end())

describe('the change relay stops, with the reason,', () => {
  it.each([
    ['truncate', 'TRUNCATE TABLE orders'],
    ['drop', 'DROP TABLE orders'],
    ['rename', 'RENAME TABLE orders TO old_orders'],
  ])('stops before %s, and goes on when it is told to', async (change, sql) => {
    await bench.run(ORDERS)
    const sent = bench.relaying()
    await sent.relay.relaying()
    await bench.run(sql)
    await eventually(() => expect(sent.relay.status.state).toBe('stopped'), { withinMs: 20_000 })
    expect(sent.relay.status.error).toMatchObject({ code: 'TABLE_CHANGED', details: { change } })
    await expect(sent.relay.relaying()).rejects.toMatchObject({ code: 'TABLE_CHANGED' })
    await sent.relay.close()
    await bench.run(...(change === 'truncate' ? [] : [ORDERS]), "INSERT INTO orders VALUES (1, 'new')")
    await expectChanges(bench.relaying({ onTableChange: () => 'go-on' }), ['insert 1 new'])
  })

  it('stops when the binlog is gone that it needs, and comes back with a snapshot', async () => {
    await bench.run(ORDERS, "INSERT INTO orders VALUES (1, 'new')")
    const first = bench.relaying()
    await first.relay.relaying()
    await first.relay.close()
    await bench.run("INSERT INTO orders VALUES (2, 'new')", 'FLUSH BINARY LOGS', 'FLUSH BINARY LOGS')
    const [logs] = await bench.pool.query('SHOW BINARY LOGS')
    const last = (logs as { Log_name: string }[]).at(-1)!.Log_name
    await bench.run('DELETE FROM orders WHERE id = 1', `SET GLOBAL binlog_expire_logs_seconds = 0`)
    await bench.pool.query(`PURGE BINARY LOGS TO '${last}'`)
    const second = bench.relaying()
    await expect(second.relay.relaying()).rejects.toMatchObject({ code: 'BINLOG_PURGED' })
    expect(second.relay.status.state).toBe('stopped')
    second.relay.snapshot()
    await second.relay.relaying()
    await bench.run("UPDATE orders SET status = 'paid'")
    await expectChanges(second, ['snapshot 2 new', 'update 2 paid'])
    expect(second.changes[0]!.version > first.changes.at(-1)!.version).toBe(true)
  })

  it('refuses a server that does not write what is needed, and says which setting', async () => {
    await bench.run(ORDERS)
    for (const [setting, wrong, right] of [
      ['binlog_row_metadata', 'NO_LOG', 'FULL'],
      ['binlog_row_image', 'MINIMAL', 'FULL'],
      ['binlog_format', 'MIXED', 'ROW'],
    ]) {
      await bench.pool.query(`SET GLOBAL ${setting} = ${wrong}`)
      const { relay } = bench.relaying()
      await expect(relay.relaying()).rejects.toMatchObject({
        code: 'BINLOG_UNSUITABLE',
        details: { setting },
      })
      await bench.pool.query(`SET GLOBAL ${setting} = ${right}`)
      relay.resume()
      await relay.relaying()
      await relay.close()
    }
  })

  it('notices a session that writes statements, or rows without all columns', async () => {
    await bench.run(ORDERS, "INSERT INTO orders VALUES (1, 'new')")
    for (const setting of ["binlog_format = 'STATEMENT'", "binlog_row_image = 'MINIMAL'"]) {
      const { relay } = bench.relaying({ startWith: 'now', name: `${bench.database}${setting}` })
      await relay.relaying()
      await bench.run(`SET SESSION ${setting}; UPDATE orders SET status = CONCAT(status, 'x')`)
      await eventually(() => expect(relay.status.error).toMatchObject({ code: 'BINLOG_UNSUITABLE' }), {
        withinMs: 20_000,
      })
      await relay.close()
    }
  })

  it('says which privileges are missing', async () => {
    await bench.run(
      ORDERS,
      "CREATE USER IF NOT EXISTS poor@'%'",
      `GRANT SELECT ON ${bench.database}.* TO poor@'%'`,
    )
    const { relay } = bench.relaying({ connection: { user: 'poor' } })
    const error = await relay.relaying().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'PRIVILEGE_MISSING', details: { account: "'poor'@'%'" } })
    const { grants } = (error as { details: { grants: string[] } }).details
    await bench.run(...grants)
    relay.resume()
    await relay.relaying()
  })

  it('refuses tables without a key, and takes columns that are named as one', async () => {
    await bench.run(
      'CREATE TABLE orders (id INT NOT NULL UNIQUE, status VARCHAR(20))',
      "INSERT INTO orders VALUES (1, 'new')",
    )
    const { relay } = bench.relaying()
    await expect(relay.relaying()).rejects.toMatchObject({ code: 'TABLE_WITHOUT_KEY' })
    await relay.close()
    const unknown = bench.relaying({ of: ['nothing'], name: `${bench.database} unknown` })
    await expect(unknown.relay.relaying()).rejects.toMatchObject({ code: 'TABLE_UNKNOWN' })
    const sent = bench.relaying({ keys: { [`${bench.database}.orders`]: ['id'] } })
    await sent.relay.relaying()
    await bench.run("UPDATE orders SET status = 'paid'")
    await expectChanges(sent, ['snapshot 1 new', 'update 1 paid'])
  })

  it('stops when another reader comes with its server id, and that one goes on', async () => {
    await bench.run(ORDERS)
    const first = bench.relaying({ name: 'first', serverId: 4_242, startWith: 'now' })
    await first.relay.relaying()
    const second = bench.relaying({ name: 'second', serverId: 4_242, startWith: 'now' })
    await expect(second.relay.relaying()).resolves.toBeUndefined()
    await eventually(
      () =>
        expect(first.relay.status).toMatchObject({ state: 'stopped', error: { code: 'SERVER_ID_CLASH' } }),
      { withinMs: 30_000 },
    )
    expect(first.relay.status.error).toMatchObject({ details: { serverId: 4_242 } })
    await bench.run("INSERT INTO orders VALUES (1, 'new')")
    await expectChanges(second, ['insert 1 new'])
  })

  it('stops for a message that is too long, or sends what it is given instead', async () => {
    await bench.run(ORDERS)
    const tooLong = async ({ body }: MessageToSend) => {
      if (String(body).includes('long')) throw errors.MESSAGE_TOO_LARGE({})
      kept.push(String(body))
      return {} as SendReceipt
    }
    const kept: string[] = []
    const { relay } = bench.relaying({ producer: { send: tooLong }, startWith: 'now' })
    await relay.relaying()
    await bench.run("INSERT INTO orders VALUES (1, 'long')")
    await eventually(() => expect(relay.status.error).toMatchObject({ code: 'CHANGE_TOO_LARGE' }), {
      withinMs: 20_000,
    })
    await relay.close()
    const onTooLarge = ({ topic }: MessageToSend, { key }: Change) => ({ topic, body: `see order ${key.id}` })
    bench.relaying({ producer: { send: tooLong }, onTooLarge })
    await eventually(() => expect(kept).toEqual(['see order 1']), { withinMs: 20_000 })
  })
})

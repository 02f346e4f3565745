import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually, repositoryRoot } from '@rocketeer/test-kit'
import { filePositions, type PositionStore, sqlPositions } from '@rocketeer/toolkit/change-relay'
import { mysql2Database } from '@rocketeer/toolkit/sql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { briefly, expectChanges, ORDERS, RelayBench } from './peers/relay-bench.js'

let bench: RelayBench
beforeAll(async () => {
  bench = await RelayBench.start()
})
afterAll(() => bench[Symbol.asyncDispose]())
beforeEach(() => bench.begin())
afterEach(() => bench.end())

describe('the change relay and MariaDB', () => {
  it('sends what is there, then each change, the old key of a row before the new one', async () => {
    await bench.run(ORDERS, "INSERT INTO orders VALUES (1, 'new'), (2, 'new')")
    const sent = bench.relaying()
    await sent.relay.relaying()
    await bench.run(
      "INSERT INTO orders VALUES (3, 'new')",
      "UPDATE orders SET status = 'paid' WHERE id > 1",
      'UPDATE orders SET id = 9 WHERE id = 1',
      'DELETE FROM orders WHERE id = 2',
      "START TRANSACTION; INSERT INTO orders VALUES (5, 'never'); ROLLBACK",
    )
    await expectChanges(sent, [
      'snapshot 1 new',
      'snapshot 2 new',
      'insert 3 new',
      'update 2 paid',
      'update 3 paid',
      'delete 1',
      'insert 9 new',
      'delete 2',
    ])
    const insert = sent.changes.find(({ type }) => type === 'insert')
    const update = sent.changes.find(({ type }) => type === 'update')
    expect(insert).toMatchObject({ sequence: 0, transaction: expect.stringMatching(/^0-1-\d+$/) })
    expect(update).toMatchObject({
      before: { id: 2, status: 'new' },
      columns: { id: 'int', status: 'varchar(20)' },
    })
    const ofOne = sent.changes.filter(({ key }) => key.id === 2).map(({ version }) => version)
    expect([...ofOne].sort()).toEqual(ofOne)
    expect(ofOne).toHaveLength(3)
    const [gone, moved] = ['delete 1', 'insert 9 new'].map((each) => briefly(sent.changes).indexOf(each))
    expect(gone).toBeLessThan(moved!)
  })

  it.each(['file', 'SQL'])('goes on exactly where it was, with its position in a %s store', async (kind) => {
    const store: PositionStore =
      kind === 'file'
        ? filePositions(bench.directory.path)
        : sqlPositions(mysql2Database(bench.pool), { table: `${bench.database}.positions` })
    await bench.run(ORDERS, "INSERT INTO orders VALUES (1, 'new')")
    const first = bench.relaying({ positions: store })
    await first.relay.relaying()
    await bench.run("INSERT INTO orders VALUES (2, 'new')")
    await expectChanges(first, ['snapshot 1 new', 'insert 2 new'])
    await first.relay.close()
    await bench.run("INSERT INTO orders VALUES (3, 'new')", "UPDATE orders SET status = 'paid' WHERE id = 3")
    const second = bench.relaying({ positions: store })
    await expectChanges(second, ['insert 3 new', 'update 3 paid'])
    expect(second.changes[0]!.version > first.changes[1]!.version).toBe(true)
  })

  it('gives every value as exactly in a change as in a snapshot', async () => {
    await bench.run(
      `CREATE TABLE orders (id BIGINT UNSIGNED PRIMARY KEY, t TINYINT, ut TINYINT UNSIGNED, m MEDIUMINT, b BIGINT,
        d DECIMAL(30,10), f FLOAT, db DOUBLE, bits BIT(64), y YEAR, da DATE, ti TIME(6), dt DATETIME(6), dt0 DATETIME,
        ts TIMESTAMP(3) NULL, zero TIMESTAMP NULL, c CHAR(10), vc VARCHAR(300), l1 VARCHAR(20) CHARACTER SET latin1,
        bin BINARY(8), vb VARBINARY(20), bl BLOB, tx TEXT, e ENUM('a','it''s','c,d'), st SET('x','y','z'), j JSON,
        u UUID, i6 INET6, gen INT AS (t + 1) STORED)`,
    )
    const insert = (
      id: string,
    ) => `INSERT INTO orders (id,t,ut,m,b,d,f,db,bits,y,da,ti,dt,dt0,ts,zero,c,vc,l1,bin,vb,bl,
      tx,e,st,j,u,i6) VALUES (${id}, -128, 255, -8388608, -9223372036854775808, '-12345678901234567890.0123456789', 0.1,
      1e300, b'1000000000000000000000000000000000000000000000000000000000000001', 2026, '2026-01-02', '-12:34:56.123456',
      '2026-01-02 03:04:05.678901', '0000-00-00 00:00:00', '2026-06-02 03:04:05.678', '0000-00-00 00:00:00', 'ab',
      'äöü漢字😀', 'café€', x'0102', x'00ff', x'deadbeef', 'text😀', 'it''s', 'x,z', '{"a": 1}',
      '123e4567-e89b-12d3-a456-426614174000', '2001:db8::ff00:42:8329')`
    const lenient = "SET sql_mode = '', time_zone = '+05:00'"
    await bench.run(lenient, insert('18446744073709551614'))
    await bench.run('INSERT INTO orders (id) VALUES (1)')
    const { changes, relay } = bench.relaying()
    await relay.relaying()
    await bench.run(lenient, insert('18446744073709551615'), 'INSERT INTO orders (id) VALUES (2)')
    await eventually(() => expect(changes).toHaveLength(4), { withinMs: 20_000 })
    const [nullsThen, then, now, nullsNow] = changes
    const { id: _then, ...before } = then!.after!
    const { id, ...after } = now!.after!
    expect(id).toBe('18446744073709551615')
    expect(after).toEqual(before)
    expect(now!.columns).toEqual(then!.columns)
    expect({ ...nullsNow!.after, id: '1' }).toEqual(nullsThen!.after)
    expect(after).toMatchObject({
      b: '-9223372036854775808',
      d: '-12345678901234567890.0123456789',
      f: 0.1,
      bits: '9223372036854775809',
      dt0: '0000-00-00 00:00:00',
      ts: '2026-06-01 22:04:05.678',
      vc: 'äöü漢字😀',
      l1: 'café€',
      bin: Buffer.from([1, 2, 0, 0, 0, 0, 0, 0]).toString('base64'),
      e: "it's",
      st: 'x,z',
      gen: -127,
    })
  })

  it('reads a table by any key, some rows at a time', async () => {
    await bench.run('CREATE TABLE orders (a VARCHAR(20), e ENUM("z","a"), id BIGINT, PRIMARY KEY (a, e, id))')
    const rows = Array.from({ length: 700 }, (_, i) => [
      `k ${i % 7}`,
      i % 2 ? 'z' : 'a',
      `90071992547409${1000 + i}`,
    ])
    await bench.pool.query(`INSERT INTO ${bench.database}.orders VALUES ?`, [rows])
    const { changes, relay } = bench.relaying({ snapshotRows: 50 })
    await relay.relaying()
    expect(new Set(changes.map(({ key }) => JSON.stringify(key))).size).toBe(700)
    expect(changes).toHaveLength(700)
    expect(relay.status.snapshotRows).toBe(700)
  })

  it('gives each change the columns of its time, however late it is read', async () => {
    await bench.run(ORDERS)
    const first = bench.relaying()
    await first.relay.relaying()
    await first.relay.close()
    await bench.run(
      "INSERT INTO orders VALUES (1, 'a')",
      'ALTER TABLE orders ADD COLUMN total INT FIRST',
      "INSERT INTO orders VALUES (7, 2, 'b')",
      'ALTER TABLE orders RENAME COLUMN total TO sum, DROP COLUMN status',
      'INSERT INTO orders VALUES (8, 3)',
    )
    const { changes } = bench.relaying()
    await eventually(() => expect(changes).toHaveLength(3), { withinMs: 20_000 })
    expect(changes.map(({ after }) => after)).toEqual([
      { id: 1, status: 'a' },
      { total: 7, id: 2, status: 'b' },
      { sum: 8, id: 3 },
    ])
  })

  it('of two relays one works and the other takes over', async () => {
    await bench.run(ORDERS)
    const first = bench.relaying()
    await first.relay.relaying()
    const second = bench.relaying()
    await eventually(() => expect(second.relay.status.state).toBe('standby'), { withinMs: 20_000 })
    await bench.run("INSERT INTO orders VALUES (1, 'new')")
    await expectChanges(first, ['insert 1 new'])
    await first.relay.close()
    await second.relay.relaying()
    await bench.run("INSERT INTO orders VALUES (2, 'new')")
    await expectChanges(second, ['insert 2 new'])
  })

  it('passes a transaction of 100,000 rows in bounded memory, and keeps the next one behind it', async () => {
    await bench.run(ORDERS, 'CREATE TABLE numbers (n INT PRIMARY KEY)')
    let most = 0
    const sent = bench.relaying({ startWith: 'now', changesUnderwayMax: 500 })
    await sent.relay.relaying()
    const watch = setInterval(() => (most = Math.max(most, sent.relay.status.changesUnderway)), 1)
    await bench.run(
      "INSERT INTO orders SELECT seq, 'bulk' FROM seq_1_to_100000",
      "UPDATE orders SET status = 'last' WHERE id = 100000",
    )
    await eventually(() => expect(sent.changes).toHaveLength(100_001), { withinMs: 60_000 })
    clearInterval(watch)
    expect(most).toBeLessThan(2_000)
    expect(briefly(sent.changes.slice(-1))).toEqual(['update 100000 last'])
    expect(new Set(sent.changes.map(({ version }) => version)).size).toBe(100_001)
  })

  it('opens a connection again that the server has ended, and misses nothing', async () => {
    await bench.run(ORDERS)
    const sent = bench.relaying()
    await sent.relay.relaying()
    await bench.run("INSERT INTO orders VALUES (1, 'new')")
    await expectChanges(sent, ['insert 1 new'])
    const [threads] = await bench.pool.query('SHOW PROCESSLIST')
    for (const { Id: id, Command: command } of threads as { Id: number; Command: string }[])
      if (command === 'Binlog Dump') await bench.pool.query(`KILL ${id}`)
    await bench.run("INSERT INTO orders VALUES (2, 'new')")
    await expectChanges(sent, ['insert 1 new', 'insert 2 new'])
  })
})

it('the program of the page copies a table', async () => {
  const program = fileURLToPath(
    new URL('examples/patterns/dist/change-relay.js', `file://${repositoryRoot}/`),
  )
  const env = { ...process.env, DATABASE_PORT: String(bench.mariadb.port) }
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env, timeout: 60_000 })
  expect(stdout).toContain('the copy has: 2 paid')
})

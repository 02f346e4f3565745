import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@rocketeer/client'
import {
  eventually,
  type JsonLine,
  JsonLines,
  MariadbServer,
  PostgresServer,
  RedisServer,
} from '@rocketeer/test-kit'
import { alreadySent } from '@rocketeer/toolkit/idempotency'
import { storeContract } from '@rocketeer/toolkit/idempotency/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import { shell } from './programs/shell.js'
import { libraryProgram, outcomesOf, sqlLibraries } from './programs/sql-libraries.js'

beforeAll(async () => void (await sqlLibraries()), 400_000)

const ORDERS = 100
const DEATH = 0.12
const DEATHS_OF_EACH = 2
const WORKERS = 3
/** So that retries follow each other quickly. */
const properties = { messageDelayLevel: '1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s' }

interface Database extends AsyncDisposable {
  readonly library: string
  readonly where: string
  query(sql: string): Promise<string>
  stop(): Promise<unknown>
  start(): Promise<unknown>
}

const databases: Record<string, () => Promise<Database>> = {
  MariaDB: async () => {
    const server = await MariadbServer.start()
    const { port } = server
    return {
      library: 'mysql2',
      where: `${server.url}/mysql`,
      query: (sql) => shell(`mariadb -h127.0.0.1 -P${port} -uroot -N mysql -e "${sql}"`),
      stop: () => shell(server.stopCommand),
      start: () => shell(server.startCommand),
      [Symbol.asyncDispose]: () => server.close(),
    }
  },
  PostgreSQL: async () => {
    const server = await PostgresServer.start()
    return {
      library: 'pg',
      where: server.url,
      query: (sql) => shell(`psql '${server.url}' -At -c "${sql}"`),
      stop: () => server.kill(),
      start: () => server.start(),
      [Symbol.asyncDispose]: () => server.close(),
    }
  },
}

interface OutcomeLine extends JsonLine {
  key: string
  outcome: string
}

describe.each<[string, PeerKind]>([
  ['MariaDB', 'ours'],
  ['PostgreSQL', 'ours'],
  ['MariaDB', 'apache'],
])('an idempotent consumer with its inbox in %s, against %s', (name, kind) => {
  it('makes each effect once while consumers kill themselves at every step and the database goes away', async () => {
    await using database = await databases[name]!()
    await using peer = await Peer.start(kind, { properties })
    const address = peer.nameserver.address
    await using mq = await connect({ nameservers: [address] })
    await mq.admin().topics.create('paid', { queues: 4 })
    await database.query('CREATE TABLE coupons (order_id VARCHAR(64))')
    const inbox = await libraryProgram('create-inbox.mjs', [database.library, database.where])
    await inbox.succeeded()

    const producer = mq.producer()
    const orders = Array.from({ length: ORDERS }, (_, index) => `order-${index}`)
    // Each is sent twice, as after a send that timed out.
    for (const key of [...orders, ...orders]) await producer.send({ topic: 'paid', key, body: key })

    let done = false
    const outcomes: OutcomeLine[] = []
    const steps: Record<string, number> = {}
    const work = async () => {
      while (!done) {
        // Offsets are committed every 5 s, so consumers that died for ever would begin at the same messages for ever.
        const enough = ['before', 'in', 'after'].every((step) => (steps[step] ?? 0) >= DEATHS_OF_EACH)
        const args = [database.library, database.where, address, String(enough ? 0 : DEATH)]
        await using worker = await libraryProgram('idempotent-consumer.mjs', args)
        await Promise.race([worker.exited, untilDone()])
        if (!done) await worker.exited
        await worker.kill()
        const lines = new JsonLines(worker)
        outcomes.push(...lines.of<OutcomeLine>('outcome'))
        for (const { step } of lines.of<JsonLine & { step: string }>('death'))
          steps[step] = (steps[step] ?? 0) + 1
      }
    }
    const untilDone = async () => {
      while (!done) await sleep(50)
    }
    const workers = Promise.all(Array.from({ length: WORKERS }, work))
    try {
      await sleep(4_000)
      await database.stop()
      await sleep(2_000)
      await database.start()
      await eventually(
        async () => {
          expect(await database.query('SELECT COUNT(DISTINCT order_id) FROM coupons')).toBe(String(ORDERS))
          const { lag } = await mq.admin().groups.progress('coupon')
          expect(lag).toBe(0)
        },
        { withinMs: 120_000 },
      )
    } finally {
      done = true
      await workers
    }
    expect(await database.query('SELECT COUNT(*) FROM coupons')).toBe(String(ORDERS))
    expect(Object.keys(steps).sort()).toEqual(['after', 'before', 'in'])
    expect(outcomes.some(({ outcome }) => outcome === 'skipped')).toBe(true)
    console.log(`${name}, ${kind}: deaths ${JSON.stringify(steps)}, ${outcomes.length} outcomes`)
  }, 240_000)
})

describe('the store in Redis', () => {
  const names = storeContract.map((check) => check.name)

  it.each(['redis', 'ioredis'])('through %s', async (library) => {
    await using server = await RedisServer.start()
    const program = await libraryProgram('redis-contract.mjs', [library, server.url])
    await program.succeeded()
    expect(outcomesOf(program)).toEqual(Object.fromEntries(names.map((each) => [each, undefined])))
  })

  it('takes over from a consumer that was killed, and keeps its hands off one that lives', async () => {
    await using server = await RedisServer.start()
    const begin = (work: 'hang' | 'end') => libraryProgram('redis-consumer.mjs', ['redis', server.url, work])
    await using dead = await begin('hang')
    await dead.line(/"event":"handling"/)
    await using living = await begin('end')
    // Three leases long: the first one renews its lease.
    await sleep(3_000)
    expect(living.lines.join('\n')).not.toContain('handling')
    await dead.kill()
    await living.line(/"outcome":"takeover"/)
    await using late = await begin('end')
    await late.line(/"outcome":"skipped"/)
  })

  it('says that the lease is lost when Redis stays away, and finds its effect done when Redis was away for a moment', async () => {
    await using server = await RedisServer.start()
    await using program = await libraryProgram('redis-consumer.mjs', ['redis', server.url, 'hang'])
    await program.line(/"event":"handling"/)
    server.pause()
    await program.line(/"event":"aborted","code":"LEASE_LOST"/)
    server.resume()
    await using other = await libraryProgram('redis-consumer.mjs', ['ioredis', server.url, 'pause'])
    await other.line(/"event":"handling"/)
    server.pause()
    await sleep(300)
    server.resume()
    await other.line(/"outcome":"takeover"/)
    await using late = await libraryProgram('redis-consumer.mjs', ['redis', server.url, 'end'])
    await late.line(/"outcome":"skipped"/)
  })
})

describe.each<PeerKind>(['ours', 'apache'])('alreadySent against %s', (kind) => {
  it('finds what was sent by key, since a time, and says when a broker cannot be asked', async () => {
    await using peer = await Peer.start(kind)
    await using mq = await connect({ nameservers: [peer.nameserver.address] })
    await mq.admin().topics.create('paid', { queues: 4 })
    const look = (key: string, since?: number) => alreadySent(mq, { topic: 'paid', key, since })
    expect(await look('order-1')).toBeUndefined()
    const { messageId } = await mq
      .producer()
      .send({ topic: 'paid', key: 'order-1', tag: 'vip', body: 'paid' })
    await eventually(async () => expect((await look('order-1'))?.messageId).toBe(messageId))
    expect(await look('order-2')).toBeUndefined()
    expect(await look('order-1', Date.now() + 60_000)).toBeUndefined()
    const refunded = (message: { tag?: string | undefined }) => message.tag === 'refunded'
    expect(await alreadySent(mq, { topic: 'paid', key: 'order-1', accept: refunded })).toBeUndefined()
    await peer.broker.kill()
    await expect(look('order-1')).rejects.toMatchObject({
      code: expect.stringMatching(/UNREACHABLE|NO_ROUTE|CONNECT/),
    })
  })
})

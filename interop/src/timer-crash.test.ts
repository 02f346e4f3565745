import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect, type Producer } from '@rocketeer/client'
import {
  eventually,
  freePort,
  RocketeerBroker,
  RocketeerNameserver,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { readQueues } from './read-queues.js'

const TOPIC = 'reminders'
const QUEUES = 4
/** One of five is due while the test runs, the others over the next three days. */
const DUE_PART = 5
const DUE_FROM_NOW_MS = 10_000
const DUE_WITHIN_MS = 8_000
const IN_FLIGHT = 256
const HOUR_MS = 3_600_000
const COMMIT_LOG_FILE_BYTES = 64 * 1024 * 1024
/**
 * A message delivered this shortly before the kill may be delivered again: the broker writes every second how far it is
 * (`timerFlushIntervalMs`), and a busy machine takes its time.
 */
const FORGOTTEN_MS = 5_000

describe.each([
  ['ASYNC_FLUSH', 100_000],
  ['SYNC_FLUSH', 25_000],
])('timers and SIGKILL, %s', (flushDiskType, timers) => {
  it(`of ${timers} none is lost; those that came due meanwhile are delivered at the start, few of them twice`, async () => {
    const due = timers / DUE_PART
    const far = timers - due
    await using data = await TemporaryDirectory.create()
    await using nameserver = await RocketeerNameserver.start()
    const port = await freePort([-2])
    const start = () =>
      RocketeerBroker.start({
        nameservers: [nameserver.address],
        storeDirectory: data.path,
        port,
        properties: { flushDiskType, mappedFileSizeCommitLog: COMMIT_LOG_FILE_BYTES },
      })
    await using client = await connect({ nameservers: [nameserver.address] })
    await using first = await start()
    await client.admin().topics.create(TOPIC, { queues: QUEUES })
    const residentBefore = residentMegabytes(first)
    const producer = client.producer({ sendRetriesMax: 0 })
    const random = () => HOUR_MS * (1 + Math.random() * 70)
    await sendAll(producer, { count: far, prefix: 'far' }, () => Date.now() + random())
    const dueFrom = Date.now() + DUE_FROM_NOW_MS
    const dueAt = (index: number) => dueFrom + Math.floor((index * DUE_WITHIN_MS) / due)
    await sendAll(producer, { count: due, prefix: 'due' }, dueAt)
    const residentAfter = residentMegabytes(first)
    expect(await pending(client)).toBeGreaterThanOrEqual(far)

    await eventually(async () => (await deliveredCount(client)) > 0, { withinMs: 60_000 })
    await first.kill()
    const killedAt = Date.now()
    await sleep(Math.max(0, dueFrom + DUE_WITHIN_MS / 2 - Date.now()))
    await using second = await start()
    const residentRestarted = residentMegabytes(second)
    const allThere = async () => (await deliveredCount(client)) >= due && (await bodies(client)).size === due
    await eventually(allThere, { withinMs: 120_000, everyMs: 500 })
    const twice = await countTwice(client, killedAt)
    console.log(
      `${flushDiskType}: ${due} timers delivered, killed ${killedAt - dueFrom} ms after the first was due; ${twice} delivered twice`,
    )
    await eventually(async () => expect(await pending(client)).toBe(far))

    // Nothing that was delivered comes again after a clean stop.
    const delivered = await deliveredCount(client)
    await second.stop()
    await using _third = await start()
    await eventually(async () => expect(await pending(client)).toBe(far))
    expect(await deliveredCount(client)).toBe(delivered)
    console.log(
      `${flushDiskType}: broker ${residentBefore} MB at its start, ${residentAfter} MB with ${timers} timers sent, ` +
        `${residentRestarted} MB started again with them`,
    )
  })
})

async function sendAll(
  producer: Producer,
  { count, prefix }: { count: number; prefix: string },
  deliverAt: (index: number) => number,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      const at = Math.floor(deliverAt(index))
      await producer.send(
        { topic: TOPIC, body: `${prefix} ${index} ${at}`, deliverAt: at },
        { timeoutMs: 30_000 },
      )
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}

/** The times at which each delivered body was stored, one for each delivery. */
async function bodies(client: Client): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  for (const message of [...(await readQueues(client, TOPIC)).values()].flat()) {
    const times = found.get(message.text())
    if (times) times.push(message.storeTimestamp)
    else found.set(message.text(), [message.storeTimestamp])
  }
  return found
}

async function deliveredCount(client: Client): Promise<number> {
  const queues = await client.admin().topics.queues(TOPIC)
  const ends = await Promise.all(queues.map((queue) => client.admin().offsets.max(queue)))
  return ends.reduce((sum, end) => sum + end, 0)
}

/** Expects that nothing came early and that what came twice came first shortly before the kill; returns how many did. */
async function countTwice(client: Client, killedAt: number): Promise<number> {
  let twice = 0
  for (const [body, times] of await bodies(client)) {
    const [kind, , at] = body.split(' ')
    expect(kind).toBe('due')
    expect(times[0]).toBeGreaterThanOrEqual(Number(at))
    if (times.length === 1) continue
    twice++
    expect(times).toHaveLength(2)
    expect(times[0]).toBeGreaterThan(killedAt - FORGOTTEN_MS)
    expect(times[0]).toBeLessThanOrEqual(killedAt)
  }
  return twice
}

/** The number of timers that wait, by the broker's own count. */
async function pending(client: Client): Promise<number> {
  return Number((await client.admin().brokers.status('broker-a')).timerCongestNum)
}

/** Resident memory of the broker's process; 0 where there is no /proc. */
function residentMegabytes({ process: { pid } }: RocketeerBroker): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}

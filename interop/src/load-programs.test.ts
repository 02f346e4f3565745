import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import {
  apacheLibrary,
  type ChildProgram,
  eventually,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'

const RUN_MS = 60_000
const WARM_UP_MS = 10_000
const THREADS = 64
const TOPIC = 'BenchmarkTest'
/** The consumer program's default. */
const GROUP = 'benchmark_consumer'
const CATCH_UP_MS = 60_000

describe.each(peerKinds)("Apache's load programs against %s", (kind) => {
  it(
    `${THREADS} threads send and a consumer receives for ${RUN_MS / 1000} s without a failure`,
    async () => {
      await using peer = await Peer.start(kind)
      await using home = await TemporaryDirectory.create()
      const nameservers = ['-n', peer.nameserver.address, '-t', TOPIC]
      await using consumer = await loadProgram('Consumer', nameservers, home.path)
      await using producer = await loadProgram(
        'Producer',
        [...nameservers, '-w', String(THREADS), '-s', '1024'],
        home.path,
      )
      await producer.line(/Send TPS/, { withinMs: 60_000 })
      await new Promise((resolve) => setTimeout(resolve, RUN_MS))
      await producer.stop()
      const stored = await expectAllConsumed(peer.nameserver.address)

      const produced = producer.output.map(parseProduced).filter((report) => report !== undefined)
      expect(produced.length).toBeGreaterThanOrEqual(RUN_MS / 10_000 - 1)
      for (const report of produced) {
        expect(report).toMatchObject({ sendFailed: 0, responseFailed: 0 })
        expect(report.sendTps).toBeGreaterThan(0)
      }
      expect(stored).toBeGreaterThan(0)
      const rate = average(produced.map((report) => report.sendTps))
      const consumed = consumer.output.map(parseConsumed).filter((report) => report !== undefined)
      for (const report of consumed) expect(report.failedTps).toBe(0)
      expect(consumed.filter((report) => report.consumeTps > 0).length).toBeGreaterThanOrEqual(
        RUN_MS / 10_000 - 2,
      )
      console.log(
        `${kind}: ${stored} messages, ${Math.round(rate)}/s, largest response time ${produced.at(-1)!.maxResponseMs} ms`,
      )
    },
    RUN_MS + WARM_UP_MS + 120_000,
  )
})

/** Waits until the group has consumed all that was stored; returns how much that is. */
async function expectAllConsumed(nameserver: string): Promise<number> {
  await using client = await connect({ nameservers: [nameserver] })
  return await eventually(
    async () => {
      const { lag, queues } = await client.admin().groups.progress(GROUP, TOPIC)
      expect(lag).toBe(0)
      return queues.reduce((sum, queue) => sum + queue.consumerOffset, 0)
    },
    { withinMs: CATCH_UP_MS, everyMs: 1_000 },
  )
}

async function loadProgram(name: string, args: string[], home: string): Promise<ChildProgram> {
  return startJava({
    name: `Apache's benchmark ${name}`,
    classpath: [join(await apacheLibrary(), '*')],
    main: `org.apache.rocketmq.example.benchmark.${name}`,
    args,
    jvm: ['-Xms512m', '-Xmx1g', `-Duser.home=${home}`],
    env: { ROCKETMQ_HOME: home },
  })
}

/** `Current Time: … | Send TPS: 41000 | Max RT(ms): 92 | Average RT(ms): 1.5 | Send Failed: 0 | Response Failed: 0` */
function parseProduced(line: string) {
  const [sendTps, maxResponseMs, sendFailed, responseFailed] = figures(line, [
    'Send TPS',
    'Max RT(ms)',
    'Send Failed',
    'Response Failed',
  ])
  if (responseFailed === undefined) return undefined
  return { sendTps: sendTps!, maxResponseMs: maxResponseMs!, sendFailed: sendFailed!, responseFailed }
}

/** `Current Time: … | Consume TPS: 40000 | AVG(B2C) RT(ms): … | Consume Fail: 0` */
function parseConsumed(line: string) {
  const [consumeTps, failedTps] = figures(line, ['Consume TPS', 'Consume Fail'])
  if (failedTps === undefined) return undefined
  return { consumeTps: consumeTps!, failedTps }
}

/** The figures of those names; too few of a line that is another one, or was cut when its program was stopped. */
function figures(line: string, names: readonly string[]): number[] {
  const columns = new Map(
    line.split(' | ').map((column) => column.split(': ').map((part) => part.trim()) as [string, string]),
  )
  return names
    .map((name) => columns.get(name))
    .filter((value) => value !== undefined && value !== '')
    .map(Number)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

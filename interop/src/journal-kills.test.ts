import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from '@rocketeer/client'
import {
  ApacheBroker,
  ApacheNameserver,
  ChildProgram,
  expectSound,
  freePort,
  idOf,
  type JsonLine,
  JsonLines,
  judge,
  RocketeerBroker,
  RocketeerNameserver,
  RunRecord,
  SeededRandom,
  seedsToRun,
  summaryOf,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { readQueues } from './read-queues.js'

const TOPIC = 'journaled'
const GROUP = 'reader'
const program = fileURLToPath(new URL('./programs/journal-program.js', import.meta.url))

type Line = JsonLine & {
  id: string
  status: string
  order?: { producer: string; key: string; sequence: number }
}

/** What a broker must take with it to be killed and to come back. */
interface Peers {
  startNameserver(): Promise<AsyncDisposable & { address: string }>
  startBroker(options: {
    nameservers: string[]
    storeDirectory: string
    port: number
  }): Promise<AsyncDisposable & { kill(): Promise<unknown> }>
  furtherPorts: number[]
  seeds: number
  kills: number
}

const peers: [string, Peers][] = [
  [
    'our broker',
    {
      startNameserver: () => RocketeerNameserver.start(),
      startBroker: (options) => RocketeerBroker.start(options),
      furtherPorts: [-2],
      seeds: 1,
      kills: 8,
    },
  ],
  [
    "Apache's broker",
    {
      startNameserver: () => ApacheNameserver.start(),
      startBroker: (options) => ApacheBroker.start(options),
      furtherPorts: [-2, 1],
      seeds: 1,
      kills: 4,
    },
  ],
]

describe.each(peers)('a producer with a journal, on %s', (_, kit) => {
  it.each(seedsToRun(kit.seeds))(
    'loses nothing and keeps the order while it and the broker are killed at random moments (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed)
      await using directory = await TemporaryDirectory.create()
      const journal = join(directory.path, 'journal')
      await using nameserver = await kit.startNameserver()
      const port = await freePort(kit.furtherPorts)
      const startBroker = () =>
        kit.startBroker({
          nameservers: [nameserver.address],
          storeDirectory: join(directory.path, 'store'),
          port,
        })
      const programs: ChildProgram[] = []
      const startProducer = async () => {
        const args = [program, nameserver.address, journal, TOPIC, String(programs.length + 1)]
        const started = ChildProgram.start({ name: 'producer', command: process.execPath, args })
        programs.push(started)
        await started.line(/"ready"/)
      }
      let tick = 0
      const record = new RunRecord(() => ({ time: Date.now(), tick: tick++ }))
      const killing = async (what: 'killed' | 'broker-killed', kill: () => Promise<unknown>) => {
        const over = record.disturbing({ what })
        await kill()
        over()
      }

      let broker: Awaited<ReturnType<typeof startBroker>> | undefined = await startBroker()
      await using client = await connect({ nameservers: nameserver.address })
      await client.admin().topics.create(TOPIC, { queues: 4 })
      await startProducer()
      const kills = Number(process.env.JOURNAL_KILLS ?? kit.kills)
      for (let kill = 0; kill < kills; kill++) {
        await new Promise((resolve) => setTimeout(resolve, random.between(200, 2_500)))
        if (random.chance(0.5)) {
          await killing('killed', async () => {
            programs.at(-1)!.signal('SIGKILL')
            await programs.at(-1)!.exited
          })
          await startProducer()
        } else if (broker !== undefined) {
          const down = broker
          await killing('broker-killed', () => down.kill())
          await down[Symbol.asyncDispose]()
          broker = undefined
        } else {
          kill--
          broker = await startBroker()
        }
      }
      broker ??= await startBroker()
      await killing('killed', async () => {
        programs.at(-1)!.signal('SIGKILL')
        await programs.at(-1)!.exited
      })
      await using producer = client.producer({ journal })
      await producer.journal.drained()
      expect(producer.journal.status).toMatchObject({ setAside: 0, damagedBytes: 0, bytes: 0 })

      const statuses = new Map<string, number>()
      for (const each of programs) addLines(record, new JsonLines(each), statuses)
      const messageIds = new Map<string, string>()
      for (const [queueId, messages] of await readQueues(client, TOPIC))
        for (const { queueOffset, body, messageId } of messages) {
          const id = idOf(body.toString())
          // A double is recognised by its unique id.
          expect(messageIds.get(id) ?? messageId).toBe(messageId)
          messageIds.set(id, messageId)
          const queue = `${TOPIC} ${queueId}`
          const facts = { group: GROUP, member: GROUP, queue, queueOffset, reconsumeTimes: 0 }
          record.delivering({ ...facts, id })('done')
        }
      const verdict = judge(record, {
        groups: [GROUP],
        ordered: true,
        broadcasting: false,
        repeatsAfter: [],
        // Sent twice, or out of the journal twice, with one unique id.
        copiesAfter: ['killed', 'broker-killed'],
        uncommittedMs: 0,
        rebalanceMs: 0,
        repeatsMax: 3,
      })
      console.log(`seed ${seed}, ${kills} kills: ${summaryOf([verdict])}; ${JSON.stringify([...statuses])}`)
      await broker[Symbol.asyncDispose]()
      expectSound(verdict, `RANDOM_SEEDS=${seed}`)
      expect(statuses.get('JOURNALED')).toBeGreaterThan(0)
      expect([...statuses.keys()].sort()).toEqual(['JOURNALED', 'SEND_OK'])
    },
    600_000,
  )
})

/** What one of the programs has printed: a message whose send it did not live to see the end of is possible. */
function addLines(record: RunRecord, lines: JsonLines, statuses: Map<string, number>): void {
  const answers = new Map(lines.of<Line>('answered').map(({ id, status }) => [id, status]))
  for (const { id, order, time } of lines.of<Line>('sending')) {
    record.add({ event: 'sending', id, ...(order && { order }), time, tick: 0 })
    const status = answers.get(id)
    if (status === undefined) continue
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    const isKept = status === 'SEND_OK' || status === 'JOURNALED'
    record.add({ event: 'answered', id, fate: isKept ? 'expected' : 'possible', time, tick: 0 })
  }
}

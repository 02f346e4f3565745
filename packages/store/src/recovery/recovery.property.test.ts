import { closeSync, cpSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AppendResult } from '../commit-log/append.js'
import { message, readAll, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'

/** What one run does to a store: appends, pauses that let consume queues reach the disk, restarts. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      queueId: fc.integer({ min: 0, max: 2 }),
      bytes: fc.integer({ min: 0, max: 4000 }),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
)

/** Where the body of a record starts. */
const FIXED_BYTES = 88

interface Stored extends AppendResult {
  queueId: number
  body: string
}

it('whatever is appended and wherever the log is torn: all before the tear is there, nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      fc.boolean(),
      async (steps, tearAt, withQueues, noise) => {
        await using fixture = new StoreFixture()
        const options = { checkpointIntervalMs: 1 }
        let store = await fixture.open(options)
        const stored: Stored[] = []
        let number = 0
        for (const each of steps) {
          if (each.kind === 'reopen') {
            await store.close()
            store = await fixture.open(options)
            continue
          }
          const { queueId, bytes } = each
          await Promise.all(
            Array.from({ length: each.count }, async () => {
              const body = `${number++}`.padEnd(bytes, '-')
              stored.push({
                ...(await store.append(message({ queueId, body, uniqueKey: body.slice(0, 40) }))),
                queueId,
                body,
              })
            }),
          )
        }
        stored.sort((a, b) => a.physicalOffset - b.physicalOffset)
        let tear = Math.floor(tearAt * store.stats.maxPhysicalOffset)
        // Noise in topic or properties, which no checksum covers, is not always seen.
        const torn = stored.find(
          (each) => tear > each.physicalOffset && tear < each.physicalOffset + each.recordBytes,
        )
        if (noise && torn)
          tear = Math.min(tear, torn.physicalOffset + FIXED_BYTES + Math.max(0, torn.body.length - 1))

        await using copy = new StoreFixture()
        cpSync(fixture.directory, copy.directory, { recursive: true })
        rmSync(copy.path('lock'))
        writeFileSync(copy.path('abort'), '')
        if (!withQueues) rmSync(copy.path('consumequeue'), { recursive: true })
        tearLog(copy.path('commitlog'), tear, noise)

        const recovered = await copy.open()
        const kept = stored.filter(({ physicalOffset, recordBytes }) => physicalOffset + recordBytes <= tear)
        for (const queueId of [0, 1, 2]) {
          const bodies = (await readAll(recovered, 'T', queueId)).map(({ body }) => body.toString())
          expect(bodies).toEqual(kept.filter((each) => each.queueId === queueId).map(({ body }) => body))
          const next = await recovered.append(message({ queueId }))
          expect(next.queueOffset).toBe(bodies.length)
        }
        expect(recovered.damage).toEqual([])
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)

/** Makes the log end at `tear`: what stood behind it is zeros, or bytes that mean nothing. */
function tearLog(directory: string, tear: number, noise: boolean): void {
  const { commitLogFileBytes } = SMALL_FILES
  for (const name of readdirSync(directory)) {
    const start = Math.max(0, tear - Number(name))
    if (start >= commitLogFileBytes) continue
    const bytes = Buffer.alloc(commitLogFileBytes - start)
    if (noise) for (let i = 0; i < Math.min(bytes.length, 300); i++) bytes[i] = (i * 7919 + 13) % 251
    const fd = openSync(`${directory}/${name}`, 'r+')
    writeSync(fd, bytes, 0, bytes.length, start)
    closeSync(fd)
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { message, readAll, StoreFixture } from '../testing/store-fixture.js'

const WRITER = fileURLToPath(new URL('../testing/killed-writer.js', import.meta.url))
/** Acknowledgements to wait for before the kill. */
const ACKNOWLEDGED_MIN = 3000

interface Acknowledged {
  queueId: number
  queueOffset: number
  physicalOffset: number
  body: string
}

/** Lets a process append until it is killed with SIGKILL; returns what it said was stored. */
async function appendUntilKilled(directory: string, flushMode: string): Promise<Acknowledged[]> {
  const writer = spawn(process.execPath, [WRITER, directory, flushMode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  for await (const line of createInterface(writer.stdout)) {
    lines.push(line)
    if (lines.length === ACKNOWLEDGED_MIN) writer.kill('SIGKILL')
  }
  // Its output ends a moment before the process does.
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
  // The last line may be torn by the kill.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Acknowledged)
}

describe.each(['async', 'sync'] as const)('%s', (flushMode) => {
  it('a process killed while it appends loses no acknowledged message', async () => {
    await using fixture = new StoreFixture()
    for (let kill = 1; kill <= 2; kill++) {
      const acknowledged = await appendUntilKilled(fixture.directory, flushMode)
      expect(acknowledged.length).toBeGreaterThanOrEqual(ACKNOWLEDGED_MIN - 1)
      const store = await fixture.open({ flushMode, commitLogFileBytes: 1 << 20 })
      for (const queueId of [0, 1, 2]) {
        const records = await readAll(store, 'T', queueId)
        expect(records.map(({ queueOffset }) => queueOffset)).toEqual(records.map((_, i) => i))
        for (const { body, queueOffset, physicalOffset } of acknowledged.filter(
          (each) => each.queueId === queueId,
        )) {
          expect(records[queueOffset]).toMatchObject({ physicalOffset })
          expect(records[queueOffset]!.body.toString()).toMatch(body)
        }
        expect(await store.append(message({ queueId }))).toMatchObject({ queueOffset: records.length })
      }
      expect(store.damage).toEqual([])
      await store.close()
    }
  }, 30_000)
})

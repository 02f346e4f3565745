import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRocketeerError } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DiscardOptions, discardBacklog, restoreDiscarded } from './discard-backlog.js'
import { BacklogScene, GROUP, TOPIC } from './testing/backlog-scene.js'

let scene: BacklogScene
let audit: string
beforeEach(async () => {
  scene = await BacklogScene.start()
  audit = join(scene.directory, 'audit.jsonl')
})
afterEach(() => scene[Symbol.asyncDispose]())

const discard = (options: Partial<DiscardOptions> = {}) =>
  discardBacklog(scene.client, { group: GROUP, topic: TOPIC, olderThan: 'last', audit, ...options })

const codeOf = (error: unknown) => (isRocketeerError(error) ? error.code : String(error))
const rejectedWith = (code: string) => (error: unknown) => codeOf(error) === code

async function linesOf(): Promise<Record<string, unknown>[]> {
  const text = await readFile(audit, 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('discarding a backlog', () => {
  it('notes every message before the group skips it', async () => {
    await scene.send(0, 100)
    await scene.beginAtFirst()
    const progress: number[] = []
    const outcome = await discard({ withBody: true, onProgress: ({ done }) => progress.push(done) })
    expect(outcome.messages).toBe(100)
    expect(await scene.lag()).toBe(0)
    expect(progress.at(-1)).toBe(100)
    const [plan, ...rest] = await linesOf()
    expect(plan).toMatchObject({ type: 'discard', group: GROUP, topic: TOPIC, olderThan: null })
    const messages = rest.filter(({ type }) => type === 'message')
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(100)
    const bodies = messages.map(({ body }) => Number(Buffer.from(String(body), 'base64').toString()))
    expect(bodies.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(messages[0]).toMatchObject({
      tag: 'paid',
      keys: [expect.stringMatching(/^order-/)],
      queue: { topic: TOPIC, brokerName: 'broker-a' },
      properties: { shop: 'north' },
    })
    expect(rest.at(-1)).toMatchObject({ type: 'moved', messages: 100 })
  })

  it('is taken back by its file', async () => {
    await scene.send(0, 20)
    await scene.beginAtFirst()
    const before = await scene.committed()
    await discard()
    expect((await restoreDiscarded(scene.client, audit, { dryRun: true })).queues).toHaveLength(2)
    expect(await scene.lag()).toBe(0)
    await restoreDiscarded(scene.client, audit)
    expect(await scene.committed()).toEqual(before)
    const received = new Set<string>()
    const consumer = scene.consume(TOPIC, GROUP, (message) => void received.add(message.text()))
    await expect.poll(() => received.size).toBe(20)
    await expect(restoreDiscarded(scene.client, audit)).rejects.toSatisfy(
      rejectedWith('BACKLOG_GROUP_RUNNING'),
    )
    await consumer.close()
  })

  it('goes up to a time', async () => {
    await scene.send(0, 30)
    await scene.beginAtFirst()
    await sleep(5)
    const time = Date.now()
    await sleep(5)
    await scene.send(30, 40)
    expect((await discard({ olderThan: time, dryRun: true })).messages).toBe(30)
    expect(await scene.lag()).toBe(40)
    expect((await discard({ olderThan: new Date(time) })).messages).toBe(30)
    expect(await scene.lag()).toBe(10)
    expect((await linesOf()).filter(({ type }) => type === 'message')).toHaveLength(30)
    // Nothing is older: the last message of each queue stays.
    const again = await discard({ olderThan: time, audit: `${audit}.2` })
    expect(again.messages).toBe(0)
    expect(await scene.lag()).toBe(10)
  })

  it('takes the last message, too, when it is old enough', async () => {
    await scene.send(0, 10)
    await scene.beginAtFirst()
    await sleep(5)
    expect((await discard({ olderThan: Date.now() })).messages).toBe(10)
    expect(await scene.lag()).toBe(0)
  })

  it('refuses while members run, and reaches them where it is asked to', async () => {
    await scene.send(0, 40)
    await scene.beginAtFirst()
    await sleep(5)
    const time = Date.now()
    const seen: string[] = []
    let go: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const consumer = scene.client.consumer({
      group: GROUP,
      subscribe: { [TOPIC]: '*' },
      concurrency: 1,
      handle: async (message) => {
        await gate
        seen.push(message.text())
      },
    })
    await consumer.ready
    await expect(discard()).rejects.toSatisfy(rejectedWith('BACKLOG_GROUP_RUNNING'))
    await expect(readFile(audit)).rejects.toThrow(/ENOENT/)
    expect((await discard({ olderThan: time, whileRunning: true })).messages).toBe(40)
    go()
    await scene.send(40, 45)
    await expect.poll(() => seen.includes('44'), { timeout: 20_000 }).toBe(true)
    expect(seen.length).toBeLessThan(45)
    await consumer.close()
  })

  it('refuses to tell running members a time that they are beyond', async () => {
    await scene.send(0, 10)
    await scene.beginAtFirst()
    const time = Date.now() - 60_000
    const consumer = scene.consume(TOPIC)
    await expect.poll(() => scene.lag(), { timeout: 10_000 }).toBe(0)
    await expect(discard({ olderThan: time, whileRunning: true })).rejects.toSatisfy(
      rejectedWith('BACKLOG_GROUP_RUNNING'),
    )
    await consumer.close()
  })

  it('overwrites no audit file, and moves nothing when it is stopped or the file fails', async () => {
    await scene.send(0, 10)
    await scene.beginAtFirst()
    const before = await scene.committed()
    const stop = new AbortController()
    const stopped = discard({ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) })
    await expect(stopped).rejects.toThrow('enough')
    await expect(discard()).rejects.toMatchObject({ code: 'AUDIT_EXISTS' })
    await expect(discard({ audit: join(scene.directory, 'no', 'file') })).rejects.toThrow(/ENOENT/)
    expect(await scene.committed()).toEqual(before)
  })

  it('knows a group without an offset, a topic there is not, and options that make no sense', async () => {
    await expect(discard()).rejects.toSatisfy(rejectedWith('BACKLOG_NOT_CONSUMED'))
    await expect(discard({ topic: 'nowhere' })).rejects.toSatisfy(rejectedWith('NO_ROUTE'))
    await expect(discard({ topic: 'a b' })).rejects.toSatisfy(rejectedWith('TOPIC_INVALID'))
    for (const options of [
      { audit: undefined },
      { olderThan: -1 },
      { olderThan: new Date('no') },
      { olderThan: 'yesterday' as never },
      { whileRunning: true },
    ])
      await expect(discard(options), JSON.stringify(options)).rejects.toSatisfy(
        rejectedWith('OPTION_INVALID'),
      )
  })

  it('reads no other file back', async () => {
    const packageFile = new URL('../../package.json', import.meta.url).pathname
    await expect(restoreDiscarded(scene.client, packageFile)).rejects.toSatisfy(rejectedWith('AUDIT_INVALID'))
    const restored = restoreDiscarded(scene.client, join(scene.directory, 'none'))
    await expect(restored).rejects.toSatisfy(rejectedWith('AUDIT_INVALID'))
  })
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock, silentLogger } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TopicOptions } from './system-topics.js'
import { topicConfig } from './topic-config.js'
import { TopicTable } from './topic-table.js'

let directory: string
const clock = new ManualClock(1_700_000_000_000)

const options: TopicOptions = {
  brokerName: 'broker-a',
  clusterName: 'DefaultCluster',
  autoCreateTopics: true,
  defaultTopicQueues: 8,
  allowClusterTopic: true,
  allowBrokerTopic: true,
  createTraceTopic: false,
  traceTopic: 'RMQ_SYS_TRACE_TOPIC',
}

function open(differing: Partial<TopicOptions> = {}): Promise<TopicTable> {
  const config = { current: { ...options, ...differing }, onUpdate: () => {} }
  return TopicTable.open({ directory, files: nodeFileSystem, config, clock, logger: silentLogger })
}

const file = (suffix = '') => join(directory, 'config', `topics.json${suffix}`)
const saved = async () => JSON.parse(await readFile(file(), 'utf8'))

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-topics-'))
})
// A configuration write may still be under way.
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }))

describe('TopicTable', () => {
  it('has the system topics of Apache from the start, and writes nothing for them', async () => {
    const topics = await open()
    expect(topics.get('TBW102')).toMatchObject({ readQueueNums: 8, writeQueueNums: 8, perm: 7 })
    expect(topics.get('SCHEDULE_TOPIC_XXXX')?.writeQueueNums).toBe(18)
    expect(topics.get('broker-a')).toMatchObject({ writeQueueNums: 1, perm: 7 })
    expect(topics.get('DefaultCluster')).toMatchObject({ writeQueueNums: 16, perm: 7 })
    expect(topics.isSystemTopic('DefaultCluster_REPLY_TOPIC')).toBe(true)
    expect(topics.isSystemTopic('order-paid')).toBe(false)
    await expect(readFile(file())).rejects.toThrow('ENOENT')
  })

  it('creates a topic from the template with the smaller queue count and without the inherit bit', async () => {
    const topics = await open()
    const created = await topics.createFromTemplate('order-paid', { defaultTopic: 'TBW102', queueNumsMax: 4 })
    expect(created).toMatchObject({ readQueueNums: 4, writeQueueNums: 4, perm: 6 })
    expect(
      await topics.createFromTemplate('many', { defaultTopic: 'TBW102', queueNumsMax: 100 }),
    ).toMatchObject({ writeQueueNums: 8 })
    expect(
      await topics.createFromTemplate('none', { defaultTopic: 'no-such-template', queueNumsMax: 4 }),
    ).toBeUndefined()
    expect(
      await topics.createFromTemplate('none', { defaultTopic: 'order-paid', queueNumsMax: 4 }),
    ).toBeUndefined()
  })

  it('shows a new topic only when topics.json has it, to everybody who waits for it', async () => {
    const topics = await open()
    const told: (readonly { topicName: string }[] | undefined)[] = []
    topics.onChange((changed) => {
      told.push(changed)
    })
    const first = topics.createFromTemplate('order-paid', { defaultTopic: 'TBW102', queueNumsMax: 4 })
    const second = topics.createFromTemplate('order-paid', { defaultTopic: 'TBW102', queueNumsMax: 2 })
    expect(topics.get('order-paid')).toBeUndefined()
    expect(await second).toBe(await first)
    expect((await saved()).topicConfigTable['order-paid'].writeQueueNums).toBe(4)
    expect(told).toEqual([[topics.get('order-paid')]])
    expect(topics.dataVersion.counter).toBe(1)
  })

  it('comes back after a restart, with its version', async () => {
    const before = await open()
    await before.createFromTemplate('order-paid', { defaultTopic: 'TBW102', queueNumsMax: 4 })
    await before.put([topicConfig('audit', { attributes: new Map([['message.type', 'FIFO']]) })])
    const after = await open()
    expect(after.get('order-paid')).toEqual(before.get('order-paid'))
    expect(after.get('audit')?.attributes).toEqual(new Map([['message.type', 'FIFO']]))
    expect(after.dataVersion).toEqual(before.dataVersion)
  })

  it('reads what Apache wrote', async () => {
    await (await open()).put([topicConfig('x')])
    await writeFile(
      file(),
      '{"dataVersion":{"counter":3,"stateVersion":0,"timestamp":1795236997424},"topicConfigTable":{"T1":{"attributes":{"message.type":"FIFO"},"order":false,"perm":6,"readQueueNums":8,"topicFilterType":"SINGLE_TAG","topicName":"T1","topicSysFlag":0,"writeQueueNums":8}}}',
    )
    const topics = await open()
    expect(topics.dataVersion.counter).toBe(3)
    await topics.put([topicConfig('T2')])
    expect((await saved()).topicConfigTable.T1.attributes).toEqual({ 'message.type': 'FIFO' })
    expect((await saved()).dataVersion.counter).toBe(4)
  })

  it('takes the backup of a broken file and keeps the broken one aside', async () => {
    const before = await open()
    await before.put([topicConfig('first')])
    await before.put([topicConfig('second')])
    await writeFile(file(), '{"dataVersion":{"cou')
    const after = await open()
    expect(after.has('first')).toBe(true)
    expect(await readFile(file('.broken'), 'utf8')).toBe('{"dataVersion":{"cou')
  })

  it('refuses to start empty when neither file nor backup can be read', async () => {
    const before = await open()
    await before.put([topicConfig('first')])
    await writeFile(file(), '')
    await expect(open()).rejects.toMatchObject({ code: 'CONFIG_FILE_BROKEN', details: { path: file() } })
    await writeFile(file('.bak'), 'not json')
    await expect(open()).rejects.toMatchObject({ code: 'CONFIG_FILE_BROKEN' })
    expect(await readFile(file(), 'utf8')).toBe('')
  })

  it('hides the template while auto-creation is off, also one an earlier run saved', async () => {
    await (await open()).put([topicConfig('x')])
    const topics = await open({ autoCreateTopics: false })
    expect(topics.has('TBW102')).toBe(false)
    expect(
      await topics.createFromTemplate('new', { defaultTopic: 'TBW102', queueNumsMax: 4 }),
    ).toBeUndefined()
    expect((await open()).has('TBW102')).toBe(true)
  })

  it('deletes topics', async () => {
    const topics = await open()
    await topics.put([topicConfig('x')])
    expect(await topics.delete(['x', 'y'])).toBe(true)
    expect(await topics.delete(['x'])).toBe(false)
    expect((await saved()).topicConfigTable.x).toBeUndefined()
  })

  it('fails a creation that cannot be written and does not show the topic', async () => {
    const topics = await open()
    await writeFile(join(directory, 'config'), 'a file where the directory should be')
    await expect(
      topics.createFromTemplate('order-paid', { defaultTopic: 'TBW102', queueNumsMax: 4 }),
    ).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_SAVED',
    })
    expect(topics.has('order-paid')).toBe(false)
    await rm(join(directory, 'config'))
    expect(
      await topics.createFromTemplate('order-paid', { defaultTopic: 'TBW102', queueNumsMax: 4 }),
    ).toBeDefined()
  })

  it('makes an existing topic ordered for a consumer that retries in order', async () => {
    const topics = await open()
    const retry = await topics.ensureTopic('%RETRY%coupon', 1)
    expect(retry).toMatchObject({ readQueueNums: 1, writeQueueNums: 1, perm: 6, order: false })
    expect(await topics.ensureTopic('%RETRY%coupon', 1)).toBe(retry)
    expect(await topics.ensureTopic('%RETRY%coupon', 1, { order: true })).toMatchObject({
      order: true,
    })
  })

  it('marks topics as ordered, once', async () => {
    const topics = await open()
    await topics.put([topicConfig('a'), topicConfig('b', { order: true })])
    const told: unknown[] = []
    topics.onChange((changed) => told.push(changed?.map(({ topicName }) => topicName)))
    await topics.markOrdered(['a', 'b', 'unknown'])
    await topics.markOrdered(['a', 'b'])
    expect(told).toEqual([['a']])
    expect((await saved()).topicConfigTable.a.order).toBe(true)
  })
})

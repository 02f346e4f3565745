import { eventually } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import type { SuiteWorld } from './suite-peer.js'

/** A misspelt name must not look like a group without lag, or a topic that was deleted. */
export function notFoundTests(world: SuiteWorld): void {
  async function start() {
    const admin = (await world.connect()).admin()
    const topic = world.name('topic')
    await admin.topics.create(topic, { queues: 1 })
    const [queue] = await eventually(() => admin.topics.queues(topic))
    return { admin, topic, queue: queue! }
  }
  type World = Awaited<ReturnType<typeof start>>

  describe('a group that does not exist', () => {
    const calls: Record<string, (world: World, group: string) => Promise<unknown>> = {
      'groups.update': ({ admin }, group) => admin.groups.update(group, { retriesMax: 1 }),
      'groups.delete': ({ admin }, group) => admin.groups.delete(group),
      'groups.members': ({ admin }, group) => admin.groups.members(group),
      'groups.progress': ({ admin }, group) => admin.groups.progress(group),
      'groups.progress of a topic': ({ admin, topic }, group) => admin.groups.progress(group, topic),
      'groups.lag': ({ admin }, group) => admin.groups.lag(group),
      'groups.lags': ({ admin }, group) => admin.groups.lags([group]),
      'groups.setRequestMode': ({ admin, topic }, group) =>
        admin.groups.setRequestMode(group, topic, { mode: 'POP' }),
      'groups.requestModes': ({ admin, topic }, group) => admin.groups.requestModes(group, topic),
      'offsets.committed': ({ admin, queue }, group) => admin.offsets.committed(group, queue),
      'offsets.commit': ({ admin, queue }, group) => admin.offsets.commit(group, queue, 0),
      'offsets.reset': ({ admin, topic }, group) => admin.offsets.reset(group, topic, 'first'),
      'offsets.planReset': ({ admin, topic }, group) => admin.offsets.planReset(group, topic, 'first'),
      'offsets.copy': ({ admin }, group) => admin.offsets.copy(group, world.name('group')),
    }
    it.each(Object.keys(calls))('is unknown to %s', async (name) => {
      const group = world.name('nosuch')
      await expect(calls[name]!(await start(), group)).rejects.toMatchObject({
        code: 'GROUP_UNKNOWN',
        details: { group },
      })
    })
  })

  describe('a topic that does not exist', () => {
    const calls: Record<string, (world: World, topic: string) => Promise<unknown>> = {
      'topics.update': ({ admin }, topic) => admin.topics.update(topic, { queues: 2 }),
      'topics.delete': ({ admin }, topic) => admin.topics.delete(topic),
      'topics.stats': ({ admin }, topic) => admin.topics.stats(topic),
      'topics.type': ({ admin }, topic) => admin.topics.type(topic),
      'topics.queues': ({ admin }, topic) => admin.topics.queues(topic),
      'orderQueues.get': ({ admin }, topic) => admin.orderQueues.get(topic),
      'groups.consuming': ({ admin }, topic) => admin.groups.consuming(topic),
      'messages.byKey': ({ admin }, topic) => admin.messages.byKey(topic, 'key'),
      'offsets.min': ({ admin, queue }, topic) => admin.offsets.min({ ...queue, topic }),
      'offsets.max': ({ admin, queue }, topic) => admin.offsets.max({ ...queue, topic }),
    }
    it.each(Object.keys(calls))('has no route for %s', async (name) => {
      const topic = world.name('nosuch')
      await expect(calls[name]!(await start(), topic)).rejects.toMatchObject({
        code: 'NO_ROUTE',
        details: { topic },
      })
    })
  })

  it('a group that was created and has consumed nothing is known', async () => {
    const { admin, topic, queue } = await start()
    const group = world.name('group')
    await admin.groups.create(group)
    expect(await admin.groups.lag(group)).toMatchObject({ lag: 0, members: 0, topics: [] })
    expect(await admin.groups.members(group)).toBeUndefined()
    expect((await admin.groups.deadLetters(group)).messages).toBe(0)
    expect(await admin.offsets.committed(group, queue)).toBeUndefined()
    expect((await admin.groups.requestModes(group, topic)).size).toBe(0)
    await admin.groups.delete(group)
    await expect(admin.groups.delete(group)).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
  })
}

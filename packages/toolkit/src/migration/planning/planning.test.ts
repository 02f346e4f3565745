import { createMessageId } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyMissing } from '../comparison/copy-missing.js'
import { GROUP, TOPIC, TwoClusters } from '../testing/two-clusters.js'
import { translateOffsets } from '../translate-offsets.js'
import { migrationStatus } from './migration-status.js'
import { migrateTopics, planMigration } from './plan-migration.js'

let clusters: TwoClusters
beforeEach(async () => {
  clusters = await TwoClusters.start()
})
afterEach(() => clusters[Symbol.asyncDispose]())

const rejectedWith = (code: string) => (error: unknown) => isRocketeerError(error) && error.code === code

describe('a migration plan', () => {
  it('says what is missing and different, and what stays behind', async () => {
    const { topics, groups } = clusters.from.admin()
    await topics.create('refunds', { queues: 4, type: 'FIFO', order: true })
    await topics.update(TOPIC, { queues: 6 })
    await groups.create('points', { retriesMax: 3, ordered: true })
    await groups.update(GROUP, { retriesMax: 5 })
    await clusters.producers.from.send({ topic: TOPIC, body: 'later', deliverAfterMs: 60_000 })
    await clusters.producers.from.send({ topic: TOPIC, body: 'later', delayLevel: 5 })
    const plan = await planMigration(clusters)
    expect(plan.topics.map(({ topic, state, differences }) => [topic, state, differences])).toEqual([
      [TOPIC, 'different', ['queues']],
      ['refunds', 'missing', []],
    ])
    expect(plan.topics[1]!.from).toEqual({
      brokers: 1,
      readQueues: 4,
      writeQueues: 4,
      perm: 6,
      type: 'FIFO',
      order: true,
    })
    expect(plan.groups.map(({ group, state, differences }) => [group, state, differences])).toEqual([
      [GROUP, 'different', ['retriesMax']],
      ['points', 'missing', []],
    ])
    expect(plan.waiting.map(({ kind, messages }) => [kind, messages]).sort()).toEqual([
      ['delay level', 1],
      ['time', 1],
    ])

    expect((await migrateTopics(clusters, { dryRun: true })).topics).toEqual(plan.topics)
    expect(await clusters.to.admin().topics.list()).toEqual([TOPIC])
    await migrateTopics(clusters, { shadowGroups: true })
    const after = await planMigration(clusters)
    expect(after.topics.map(({ state }) => state)).toEqual(['same', 'same'])
    expect(after.groups.map(({ state }) => state)).toEqual(['same', 'same'])
    expect(after.topics[1]!.to).toMatchObject({ type: 'FIFO', order: true, writeQueues: 4 })
    const names = (await clusters.to.admin().groups.list()).map(({ groupName }) => groupName)
    expect(names).toEqual([GROUP, 'coupon-shadow', 'points', 'points-shadow'])
    // Nothing is made smaller.
    await clusters.to.admin().topics.update('refunds', { queues: 9, perm: 4 })
    await migrateTopics(clusters)
    expect((await planMigration(clusters)).topics[1]!.to).toMatchObject({ writeQueues: 9, perm: 6 })
  })

  it('is of some topics and the groups that consume them', async () => {
    await clusters.from.admin().topics.create('refunds')
    await clusters.commit('from', [0, 0])
    expect(await planMigration(clusters, { topics: ['refunds'] })).toMatchObject({
      topics: [{ topic: 'refunds' }],
      groups: [],
    })
    expect(await planMigration(clusters, { topics: [TOPIC] })).toMatchObject({ groups: [{ group: GROUP }] })
    const nowhere = planMigration(clusters, { topics: ['nowhere'] })
    await expect(nowhere).rejects.toSatisfy(rejectedWith('MIGRATION_TOPIC_MISSING'))
    const { from } = clusters
    await expect(planMigration({ from, to: from })).rejects.toSatisfy(rejectedWith('MIGRATION_SAME_CLUSTER'))
  })
})

describe('the status of a migration', () => {
  it('says why it is not safe to cut over, until it is', async () => {
    const status = () =>
      migrationStatus(clusters, { topics: [TOPIC], groups: [GROUP], graceMs: 0, sampleMs: 20 })
    const send = async (side: 'from' | 'to', messageId: string) =>
      clusters.producers[side].send({ topic: TOPIC, body: 'paid', messageId })
    const ids = Array.from({ length: 5 }, createMessageId)
    for (const id of ids) await send('from', id)
    for (const id of ids.slice(0, 3)) await send('to', id)
    await clusters.commit('from', [0, 0])
    const before = await status()
    expect(before.isSafe).toBe(false)
    expect(before.topics[0]!.comparison).toMatchObject({ missing: 2 })
    expect(before.reasons.join('\n')).toContain('2 messages missing in the new cluster')
    expect(before.groups).toMatchObject([{ group: GROUP, from: { lag: 5 } }])
    await copyMissing(clusters, { topic: TOPIC, graceMs: 0, until: Date.now() + 1_000 })
    await translateOffsets(clusters, { group: GROUP })
    expect(await status()).toMatchObject({ isSafe: true, reasons: [], groups: [{ to: { lag: 5 } }] })
    await clusters.producers.from.send({ topic: TOPIC, body: 'later', deliverAfterMs: 60_000 })
    const waiting = await status()
    expect(waiting.reasons.join('\n')).toContain('1 delayed message wait')
  })
})

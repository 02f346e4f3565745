import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, connect } from '@rocketeer/client'
import { type Clusters, copyMissing, migrateTopics, translateOffsets } from '@rocketeer/toolkit/migration'
import { groupOf, type Move, topicOf } from '../services/service.js'
import type { Story } from '../story/story.js'
import type { ServiceName } from '../street/street.js'
import type { Wound } from './wound.js'

/** Share of the orders that come before the cut-over; the others come in the middle of it. */
const PAID_BEFORE = 0.5
const CONSUMERS: readonly ServiceName[] = ['coupon', 'red-packet', 'points', 'warehouse']
const groups = () => (['coupon', 'red packet', 'points', 'goods'] as const).map(groupOf)
const GRACE_MS = 1_000
const LOOK_MS = 100

/** The shop moves to another cluster while customers pay. */
export const migration: Wound = {
  name: 'migration',
  title: 'The shop moves to another cluster',
  remedy:
    'double write, double read, and offsets translated: both clusters are consumed until the old one is done',
  without: ['double-read'],
  announce: 'journal',
  async inflict(story) {
    const { street } = story
    story.letIn(PAID_BEFORE)
    const { paid } = story.parts.ledger
    await story.until(() => paid.size, 1)
    const nameservers = await street.openNewCluster()
    await move(story, nameservers)
    if (story.isWithout('double-read')) return
    await story.untilServed()
    await street.leaveOldCluster(nameservers)
    story.say(
      'Every order is served. All services work with the new cluster alone; the old one is switched off.',
    )
  },
  isDamaged: ({ lost }) => lost > 0,
}

async function move(story: Story, nameservers: string): Promise<void> {
  const { street } = story
  await using from = await connect({ nameservers: street.nameservers })
  await using to = await connect({ nameservers })
  await migrateTopics({ from, to }, { topics: [topicOf('order-paid')], shadowGroups: true })
  const move: Move = { nameservers, writes: 'from', reads: 'from' }
  if (story.isWithout('double-read')) {
    await street.deploy(['order'], { move })
    await story.harm(() => switchAtOnce(story, to, nameservers))
  } else {
    await street.deploy(['order', ...CONSUMERS], { move })
    await cutOver(story, { from, to }, nameservers)
  }
}

/** As the page on migration says, step by step. */
async function cutOver(story: Story, clusters: Clusters, nameservers: string): Promise<void> {
  const { street } = story
  const step = (writes: Move['writes'], reads: Move['reads']): Move => ({ nameservers, writes, reads })
  story.say(
    'The order service writes to both clusters. The others read both: the new one in transactions that are rolled back.',
  )
  const { copied } = await copyMissing(clusters, { topic: topicOf('order-paid'), graceMs: GRACE_MS })
  story.say(`Both clusters compared; ${copied} messages of the time before were copied.`)
  for (const group of groups()) await translateOffsets(clusters, { group, topics: [topicOf('order-paid')] })
  story.say('Where the groups are is translated to the new cluster.')
  await street.move(CONSUMERS, step('from', 'both'))
  story.say('Both clusters are handled for real; the inbox drops what comes twice.')
  await payWhileAway(story)
  await street.move(['order'], step('to', 'both'))
  story.say('The new cluster is in charge of what is written.')
  await street.move(CONSUMERS, step('to', 'to'))
  story.say('Everything in the old cluster is consumed, and no service acts on it any more.')
}

/** What a team does that has only the double write: stop, go to the end of the new cluster, start. */
async function switchAtOnce(story: Story, to: Client, nameservers: string): Promise<void> {
  const { street } = story
  await Promise.all(CONSUMERS.map((name) => street.service(name).stop()))
  story.say('The services are stopped, to be started on the new cluster.')
  const { offsets, topics } = to.admin()
  const queues = await topics.queues(topicOf('order-paid'))
  const sent = async () => {
    const ends = await Promise.all(queues.map((queue) => offsets.max(queue)))
    return ends.reduce((sum, end) => sum + end, 0)
  }
  const before = await sent()
  await pay(story)
  while ((await sent()) === before) await sleep(LOOK_MS)
  for (const group of groups()) {
    for (const queue of queues) await offsets.commit(group, queue, await offsets.max(queue))
  }
  story.say('Their groups are set to the end of the new cluster, so that nothing is given twice.')
  await street.deploy(CONSUMERS, { nameservers })
}

/** The coupon service is killed in the middle of it, and stays away while customers pay. */
async function payWhileAway(story: Story): Promise<void> {
  const coupon = story.street.service('coupon')
  await story.harm(async () => {
    await coupon.kill()
    story.say('SIGKILL of the coupon service.')
    await pay(story)
    await coupon.start()
  })
}

async function pay(story: Story): Promise<void> {
  const { paid } = story.parts.ledger
  const before = paid.size
  story.letIn(1)
  await story.until(() => paid.size, before + story.atMost(30))
  story.say(`${paid.size - before} orders were paid meanwhile.`)
}

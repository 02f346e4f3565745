import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@rocketeer/client'
import { gatherSpread, spreadBacklog } from '@rocketeer/toolkit/backlog'
import { groupOf, topicOf } from '../services/service.js'
import type { Story } from '../story/story.js'
import type { Wound } from './wound.js'

const NARROW_QUEUES = 2
const WIDE_QUEUES = 16
/** How long the points service takes for an order; in each queue it handles one after the other. */
const POINTS_TAKE_MS = 250
/** What the shop promises, as a share of the least time that the narrow topic takes. */
const PROMISED_SHARE = 0.8
/** Share of the orders that get their points before the service is away. */
const BEFORE = 0.1
/** Orders whose points wait; a long run has more, which come afterwards. */
const WAITING_MAX = 400
/** Asked for when a play has begun: on a cluster of somebody else's the names are known only then. */
const backlogOfPoints = () => ({ group: groupOf('points'), topic: topicOf('order-paid') })
const wideTopic = () => `${backlogOfPoints().topic}_wide`
const LOOK_MS = 200

/** Messages pile up in two queues while a slow service is away; spread over many queues they are drained in time. */
export const backlog: Wound = {
  name: 'backlog',
  title: 'Messages pile up, and two queues are too few to drain them in time',
  remedy:
    'a spread: the narrow topic is forwarded to one of 16 queues, in order by key, and back when it is drained',
  without: ['spread'],
  queues: NARROW_QUEUES,
  async inflict(story) {
    const { ledger } = story.parts
    const points = story.street.service('points')
    story.letIn(BEFORE)
    await story.untilQuiet()
    await story.harm(async () => {
      await points.stop()
      story.say(
        'The points database is taken away, and its service is stopped with it. Customers go on paying.',
      )
      story.letIn(Math.min(1, BEFORE + WAITING_MAX / story.orders))
      await story.untilQuiet()
      // What another service has got is in the topic for certain, and not in an outbox still.
      const announced = ledger.countsOf('red packet')
      await story.until(() => announced.given, ledger.paid.size)
      const waiting = announced.given - ledger.countsOf('points').given
      story.say(`${waiting} messages wait for the points service, in ${NARROW_QUEUES} queues.`)
      const isSpread = !story.isWithout('spread')
      if (isSpread) await spread(story)
      story.say(
        `The database is there again, but slow: the points service starts, and takes ${POINTS_TAKE_MS} ms for each order.`,
      )
      const pointsTakeMs = POINTS_TAKE_MS
      await Promise.all([
        points.start({ pointsTakeMs, ...(isSpread && { topic: wideTopic() }) }),
        drain(story, waiting),
      ])
      if (isSpread) await gather(story)
    })
  },
  isDamaged: ({ late }) => late > 0,
}

async function spread(story: Story): Promise<void> {
  await using client = await connect({ nameservers: story.street.nameservers })
  await using spreader = await spreadBacklog(client, { ...backlogOfPoints(), queues: WIDE_QUEUES })
  await spreader.done
  story.say(`${spreader.status.forwarded} messages were forwarded to ${WIDE_QUEUES} queues.`)
}

/** Looks how many points come in the time that the shop promises, from the first one on, and waits for the others. */
async function drain(story: Story, waiting: number): Promise<void> {
  const { ledger } = story.parts
  const points = ledger.countsOf('points')
  const all = points.given + waiting
  const leastMs = (waiting * POINTS_TAKE_MS) / NARROW_QUEUES
  const promisedMs = leastMs * PROMISED_SHARE
  await story.until(() => points.given, all - waiting + 1)
  const from = performance.now()
  const drained = story.until(() => points.given, all)
  await Promise.race([drained, sleep(promisedMs)])
  story.late = Math.max(0, all - points.given)
  await drained
  story.say(
    `Drained in ${((performance.now() - from) / 1_000).toFixed(1)} s. ${NARROW_QUEUES} queues take ` +
      `${(leastMs / 1_000).toFixed(1)} s at least; the shop promises ${(promisedMs / 1_000).toFixed(1)} s, and ` +
      `${story.late} came too late.`,
  )
}

/** The way back: the wide topic goes, and the service consumes the narrow one again. */
async function gather(story: Story): Promise<void> {
  const points = story.street.service('points')
  await using client = await connect({ nameservers: story.street.nameservers })
  const { groups } = client.admin()
  // Offsets are committed now and then, and orders that were paid meanwhile may be there, too.
  const left = async () => {
    const { lag, retries } = await groups.progress(groupOf('points'), wideTopic())
    return lag + retries.ready + retries.delayed
  }
  while ((await left()) > 0) await sleep(LOOK_MS)
  await points.stop()
  await gatherSpread(client, backlogOfPoints())
  await points.start()
  story.say('The wide topic is gone, and the points service consumes the narrow one again.')
}

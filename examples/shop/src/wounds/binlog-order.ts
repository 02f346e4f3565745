import { orderId } from '../story/payments.js'
import type { Story } from '../story/story.js'
import type { Wound } from './wound.js'

/** Share of the orders that come before anything goes wrong. */
const PAID_BEFORE = 0.25
const REFUSALS = 3
/** Changes that the other member applies while one stands still, for each order; a row has five. */
const COPIED_MEANWHILE = 0.5

/** Each order's row changes five times, and several members apply the changes to a copy, while all sorts of things fail. */
export const binlogOrder: Wound = {
  name: 'binlog-order',
  title: 'Changes of one order overtake each other on their way to the analytics copy',
  remedy: 'a change relay: all changes of a row go to one queue, and a member applies them in order and once',
  without: ['order'],
  binlog: true,
  copyTakesMs: 20,
  async inflict(story) {
    story.letIn(PAID_BEFORE)
    await story.untilQuiet()
    await story.harm(async () => {
      await refuseOneRow(story, () => stallOneMember(story))
      const relay = story.street.service('change-relay')
      await relay.kill()
      story.say(
        'SIGKILL of the change relay: it goes on where its position is, and sends some changes again.',
      )
      await relay.start()
      const member = story.street.service('analytics-2')
      await member.kill()
      story.say('SIGKILL of a member of the analytics: what it had not finished goes to the other one.')
      await member.start()
    })
  },
  isDamaged: ({ outOfOrder }) => outOfOrder > 0,
}

/** A member stands still with changes in its memory, while the other one goes on. */
async function stallOneMember(story: Story): Promise<void> {
  const { ledger } = story.parts
  const member = story.street.service('analytics-1')
  member.pause()
  story.say('A member of the analytics stands still (SIGSTOP), with changes in its memory.')
  const before = ledger.copied
  story.letIn(1)
  await story.until(() => ledger.copied, before + Math.ceil(story.orders * COPIED_MEANWHILE))
  member.resume()
  story.say(`It goes on (SIGCONT). The other member has applied ${ledger.copied - before} changes meanwhile.`)
}

/**
 * The copy refuses an order that comes next, until somebody has seen it and repairs the table. The table is not altered
 * while a member stands still, which could do so with a lock on it.
 */
async function refuseOneRow(story: Story, meanwhile: () => Promise<void>): Promise<void> {
  const { ledger } = story.parts
  const database = await story.street.openDatabase('analytics-1')
  try {
    const order = orderId(story.customersWhoPay('at once', PAID_BEFORE)[0]!)
    await database.run(
      `ALTER TABLE orders ADD CONSTRAINT refused CHECK (id <> '${order}' OR state = 'unpaid')`,
    )
    story.say(
      `The copy's table has a wrong constraint: it refuses ${order} once it is paid, and its queue waits behind it.`,
    )
    const before = { copied: ledger.copied, notCopied: ledger.notCopied }
    await meanwhile()
    await story.until(() => ledger.notCopied, before.notCopied + REFUSALS)
    story.say(
      `Refused ${ledger.notCopied - before.notCopied} times. ` +
        `Meanwhile ${ledger.copied - before.copied} changes of other orders were applied.`,
    )
    await database.run('ALTER TABLE orders DROP CONSTRAINT refused')
  } finally {
    await database.close()
  }
  story.say('The constraint is gone, and the queue goes on.')
}

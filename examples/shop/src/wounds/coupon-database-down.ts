import { hideTable } from './hide-table.js'
import type { Wound } from './wound.js'

const DEAD_LETTERS = 20

/** The coupon database answers nothing until messages have become dead letters; then they come again by themselves. */
export const couponDatabaseDown: Wound = {
  name: 'coupon-database-down',
  title: 'The coupon database is down',
  remedy: 'a dead-letter worker: it asks the database, and replays dead letters once it answers',
  without: ['dead-letter-worker'],
  async inflict(story) {
    story.letIn(0.2)
    await story.untilQuiet()
    const giveBack = await hideTable(story.street.databaseOf('coupon'))
    story.say('The coupon database fails: a migration went wrong, its table is gone. Customers go on paying.')
    await story.harm(async () => {
      story.letIn(1)
      const { ledger } = story.parts
      await story.until(() => ledger.countsOf('coupon').dead, story.atMost(DEAD_LETTERS))
      story.say(`Retries are used up: ${ledger.countsOf('coupon').dead} dead letters so far.`)
      await giveBack()
    })
    story.say('The table is back, and the coupon database answers again.')
  },
  isDamaged: ({ lost }) => lost > 0,
}

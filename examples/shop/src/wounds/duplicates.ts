import type { Wound } from './wound.js'

const DYING = ['coupon', 'points'] as const
const DEATHS = 2

/** Callbacks come twice, and consumers die after the effect and before their offset is committed. */
export const duplicates: Wound = {
  name: 'duplicates',
  title: 'Everything comes twice',
  remedy: 'idempotent consumers: an inbox in the database of each effect',
  without: ['idempotency'],
  twice: 0.3,
  async inflict(story) {
    story.say('The payment gateway calls back twice for three of ten payments, at the same time.')
    const paying = story.customersWhoPay('at once').length
    await story.harm(async () => {
      const dying = DYING.map((name) => {
        const counts = story.commits(name, DEATHS, paying)
        const onDeath = () =>
          story.say(
            `SIGKILL of the ${name} service: its database has the effect, the broker does not know, and sends the message again.`,
          )
        return story.dieAtCommits(name, 'give', { counts, onDeath })
      })
      await Promise.all(dying)
    })
  },
  isDamaged: ({ doubled }) => doubled > 0,
}

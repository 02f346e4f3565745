import type { Wound } from './wound.js'

const SUDDEN_DEATHS = 4
const RANDOM_DEATHS = 2

/** The order service is killed again and again: right between its database and its message, and at random moments. */
export const orderServiceDies: Wound = {
  name: 'order-service-dies',
  title: 'The order service dies between its database and its message',
  remedy: 'transactional messages: the broker asks the database what became of a payment',
  without: ['transactions'],
  async inflict(story) {
    const service = story.street.service('order')
    const counts = story.commits('pay', SUDDEN_DEATHS, story.customersWhoPay('at once').length)
    const onDeath = (death: number) =>
      story.say(
        `SIGKILL of the order service (${death} of ${counts.length}): its database has a payment, and no broker has heard of it.`,
      )
    await story.harm(async () => {
      await story.dieAtCommits('order', 'pay', { counts, onDeath })
      for (let death = 1; death <= RANDOM_DEATHS; death++) {
        await story.moment(`death ${death}`, 0.2, 1)
        await service.kill()
        story.say(
          'SIGKILL of the order service at any moment; payments that were under way are called back again.',
        )
        await service.start()
      }
    })
  },
  isDamaged: ({ lost }) => lost > 0,
}

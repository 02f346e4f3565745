import type { Wound } from './wound.js'

const DEATHS = 4

/** The order service is killed again and again, between its database and the message or anywhere else. */
export const orderServiceDies: Wound = {
  name: 'order-service-dies',
  title: 'The order service dies between its database and its message',
  remedy: 'transactional messages: the broker asks the database what became of a payment',
  without: ['transactions'],
  async inflict(story) {
    const service = story.street.service('order')
    await story.harm(async () => {
      for (let death = 1; death <= DEATHS; death++) {
        await story.moment(`death ${death}`, 0.5, 2.5)
        await service.kill()
        story.say(
          `SIGKILL of the order service (${death} of ${DEATHS}); payments that were under way are called back again.`,
        )
        await service.start()
      }
    })
  },
  isDamaged: ({ lost }) => lost > 0,
}

import type { Wound } from './wound.js'

const DEATHS = 3

/** Some customers never pay, and some pay at the very last moment; the order service, which closes orders, is killed. */
export const unpaidOrders: Wound = {
  name: 'unpaid-orders',
  title: 'Orders that nobody pays',
  remedy:
    'delayed checks: a message for each order comes back when its time is up, and closes it unless it is paid',
  without: ['delayed-check'],
  closeAfterSeconds: 8,
  unpaid: 0.25,
  atLastMoment: 0.1,
  async inflict(story) {
    const { ledger } = story.parts
    story.say(
      'A quarter of the customers will never pay; one in ten pays in the second in which the order is closed.',
    )
    if (story.isWithout('delayed-check')) return
    const service = story.street.service('order')
    await story.harm(async () => {
      for (let death = 1; death <= DEATHS; death++) {
        const before = ledger.closed.size
        await story.until(() => ledger.closed.size, before + story.atMost(3))
        await service.kill()
        story.say(
          `${ledger.closed.size} orders are closed. SIGKILL of the order service while it closes more.`,
        )
        await service.start()
      }
    })
  },
  isDamaged: ({ leftOpen }) => leftOpen > 0,
}

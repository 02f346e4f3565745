import { groupOf, topicOf } from '../services/service.js'
import type { Street } from '../street/street.js'

/** Commands to look at the cluster while the story is told, one of them about an order: what comes first says most. */
export function commandsFor(nameservers: string, order: string | undefined): readonly string[] {
  const at = `-n ${nameservers.includes(';') ? `'${nameservers}'` : nameservers}`
  const follow = `npx rocketeer message follow ${order} ${topicOf('order-paid')} ${at}`
  return [
    `npx rocketeer group lag ${at}`,
    ...(order === undefined ? [] : [follow]),
    `npx rocketeer group dead-letters ${groupOf('coupon')} ${at}`,
  ]
}

/** Where everything is that stays up, and what can be done with it. */
export function addressesOf(street: Street, order: string): string {
  const { nameservers } = street
  const [lag, ...others] = commandsFor(nameservers, order)
  const own = { orderId: 'order-of-mine', customer: 'me', amountCents: 100 }
  const post = (path: string) => `curl -d '${JSON.stringify(own)}' ${street.urlOf('order')}/${path}`
  const lines = [
    ['nameserver', nameservers],
    ['order service', street.urlOf('order')],
    ['logistics', street.urlOf('logistics')],
    ['databases', street.directory],
    ['', ''],
    ['look', lag!],
    ...others.map((command) => ['', command]),
    ['order and pay', post('orders')],
    ['', post('payments')],
  ]
  return lines.map(([label, text]) => `  ${label!.padEnd(15)}${text}`.trimEnd()).join('\n')
}

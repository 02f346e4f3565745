import { groupOf, nameInPlay } from '../services/service.js'
import type { Street } from '../street/street.js'

/** Commands to look at the cluster while the story is told: what comes first says most. */
export function commandsFor(nameservers: string): readonly string[] {
  const at = `-n ${/;/.test(nameservers) ? `'${nameservers}'` : nameservers}`
  const coupons = groupOf('coupon')
  return [
    `npx rocketeer group lag ${at}`,
    `npx rocketeer group dead-letters ${coupons} ${at}`,
    `npx rocketeer group show ${coupons} ${at}`,
  ]
}

/** Where everything is that stays up, and what can be done with it. */
export function addressesOf(street: Street, order: string): string {
  const { nameservers } = street
  const topic = nameInPlay('order-paid')
  const [lag, ...others] = commandsFor(nameservers)
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
    ['', `npx rocketeer message follow ${order} ${topic} -n ${nameservers}`],
    ['order and pay', post('orders')],
    ['', post('payments')],
  ]
  return lines.map(([label, text]) => `  ${label!.padEnd(15)}${text}`.trimEnd()).join('\n')
}

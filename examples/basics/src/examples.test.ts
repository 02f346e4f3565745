import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it.each([
  [
    'send-and-consume',
    new URL('./send-and-consume.js', import.meta.url),
    ['sent SEND_OK', 'consumed order-1 { cents: 990 }'],
  ],
  [
    'retry-and-dead-letters',
    new URL('./retry-and-dead-letters.js', import.meta.url),
    ['17 deliveries in 4.', '1 dead letter', '1 replayed, 1 granted'],
  ],
  [
    'why-it-died',
    new URL('./why-it-died.js', import.meta.url),
    [
      'order-1, delivery 1: Error: the coupon database is down',
      'order-2, delivery 3: RangeError: no coupon for order-2, paid with ****',
      '2 died of RangeError: no coupon for order-<n>, paid with ****',
    ],
  ],
  ['tags', new URL('./tags.js', import.meta.url), ['coupon coupon vip']],
  [
    'delay-level',
    new URL('./delay-level.js', import.meta.url),
    ['after 29 minutes: nothing', 'after 30 minutes: delivered'],
  ],
  [
    'delivery-time',
    new URL('./delivery-time.js', import.meta.url),
    ['before its time: nothing', 'a day later: tomorrow'],
  ],
  [
    'backlog',
    new URL('./backlog.js', import.meta.url),
    ['100 messages, 2 queues', '100 forwarded', '100 granted, 0 wait in order-paid'],
  ],
  [
    'delayed-check',
    new URL('./delayed-check.js', import.meta.url),
    ['taken back: true', 'before its time: unpaid', 'closed order-2', 'order-1 is paid'],
  ],
  [
    'transaction',
    new URL('./transaction.js', import.meta.url),
    ['order-3: connection lost', 'delivered order-1 order-3'],
  ],
  [
    'errors',
    new URL('./errors.js', import.meta.url),
    [
      'NO_ROUTE for order-payed (may succeed later)',
      'MESSAGE_INVALID: the message cannot be sent: its body is empty',
      'problem: consumer coupon order-paid Error: the coupon database is down',
    ],
  ],
  [
    'journal',
    new URL('./journal.js', import.meta.url),
    ['order-2 waits in the journal', 'waiting 2', 'in the journal: 0', 'order-4 is at offset'],
  ],
  ['node-test', new URL('./node-test.js', import.meta.url), ['reminds after two hours']],
  ['batch', new URL('./batch.js', import.meta.url), ['sent SEND_OK', 'handled 100']],
] as const)(
  '%s runs to its end',
  async (_, file, lines) => {
    const { stdout, stderr } = await run(process.execPath, [fileURLToPath(file)], { timeout: 30_000 })
    for (const line of lines) expect(stdout).toContain(line)
    expect(stderr).toBe('')
  },
  40_000,
)

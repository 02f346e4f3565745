import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

const programs = [
  {
    name: 'ordinary',
    program: new URL('./ordinary.js', import.meta.url),
    page: 'ordinary-messages',
    lines: [
      'SEND_OK, offset 0\n3 messages, one request\nMESSAGE_INVALID: the message cannot be sent: message 3 of the batch',
      'from 上海: {"cents":990}',
      'coupons for order-17, order-18, order-20\norder-19 was a gift',
    ],
  },
  {
    name: 'typed-topic',
    program: new URL('./typed-topic.js', import.meta.url),
    page: 'typed-topics',
    lines: [
      'order-1: 9.9 on Sat Nov 28 2026',
      'does not hold what topic "order-paid" is defined to hold: cents: ',
    ],
  },
  {
    name: 'priority',
    program: new URL('./priority.js', import.meta.url),
    page: 'priority-messages',
    lines: ['2: an outage\n9: the second outage\n1: a question\n0: a wish\n0: another wish'],
  },
  {
    name: 'push-consumer',
    program: new URL('./push-consumer.js', import.meta.url),
    page: 'push-consumer',
    lines: [
      'points order-0: 9, order-1: 9, order-3: 9',
      'mails cancelled order-2, paid order-0, paid order-1, paid order-3',
    ],
  },
  {
    name: 'start-position',
    program: new URL('./start-position.js', import.meta.url),
    page: 'start-position',
    lines: [
      'from the first: monday, thursday, tuesday, wednesday',
      'from wednesday: thursday, wednesday',
      'a reset would give again: 2',
      'after the reset: thursday, wednesday',
    ],
  },
  {
    name: 'message-trace',
    program: new URL('./message-trace.js', import.meta.url),
    page: 'message-trace',
    lines: [
      'Pub shop success\nSubBefore coupon\nSubAfter coupon failed\nSubBefore coupon\nSubAfter coupon success',
    ],
  },
  {
    name: 'request-reply',
    program: new URL('./request-reply.js', import.meta.url),
    page: 'request-reply',
    lines: ['apples: {"cents":199}', 'plums: {"cents":null}'],
  },
  {
    name: 'ordered',
    program: new URL('./ordered.js', import.meta.url),
    page: 'ordered-messages',
    lines: ['order-1 created → paid → shipped', 'order-2 created → paid → shipped', '4 failures on the way'],
  },
  {
    name: 'broadcasting',
    program: new URL('./broadcasting.js', import.meta.url),
    page: 'broadcasting',
    lines: ['web-1 forgets the price of apples', 'web-2 forgets the price of apples'],
  },
  {
    name: 'pull',
    program: new URL('./pull.js', import.meta.url),
    page: 'pull-consumer',
    lines: ['sum 29', 'committed 4', 'again: 8, 13'],
  },
  {
    name: 'pop',
    program: new URL('./pop.js', import.meta.url),
    page: 'pop-consumers',
    lines: [
      'photo-7 converted, after 0 retries',
      'blurred converted, after 1 retries',
      'the last was panorama',
    ],
  },
  {
    name: 'pausing',
    program: new URL('./pausing.js', import.meta.url),
    page: 'pausing',
    lines: ['the database is back', 'granted order-1 after 0 retries'],
  },
  {
    name: 'circuit-breaker',
    program: new URL('./circuit-breaker.js', import.meta.url),
    page: 'circuit-breaker',
    lines: [
      'problem: the circuit breaker "coupons" has opened after 5 failures in a row',
      'open after two hours, hardly tried',
      'closed: 21 granted',
      'order-bad after 1 retries',
    ],
  },
  {
    name: 'dead-letter-worker',
    program: new URL('./dead-letter-worker.js', import.meta.url),
    page: 'dead-letter-worker',
    lines: [
      'unhealthy: 0 granted',
      'group "coupon" is parked: it has failed again after 3 replays',
      'healthy: 20 granted, 20 consumed, 1 parked',
      'order-bad is dropped',
    ],
  },
  {
    name: 'machine-rooms',
    program: new URL('./machine-rooms.js', import.meta.url),
    page: 'clusters',
    lines: ['order-1 in hangzhou', 'order-8 in hangzhou', 'order-9 in shanghai'],
  },
  {
    name: 'from-ali-ons',
    program: new URL('./from-ali-ons.js', import.meta.url),
    page: 'coming-from',
    lines: ['consumed order-1: Hello ONS !!!'],
  },
  {
    name: 'from-node-grpc',
    program: new URL('./from-node-grpc.js', import.meta.url),
    page: 'coming-from',
    lines: ['received created\nreceived paid'],
  },
  {
    name: 'from-kafkajs',
    program: new URL('./from-kafkajs.js', import.meta.url),
    page: 'coming-from',
    lines: ['created from shop, paid from shop'],
  },
  {
    name: 'from-bullmq',
    program: new URL('./from-bullmq.js', import.meta.url),
    page: 'coming-from',
    lines: ['failed: Error: no address', 'mailed ann@example.com', '1 dead letter'],
  },
  {
    name: 'spans',
    program: new URL('./spans.js', import.meta.url),
    page: 'diagnostics',
    lines: [
      'send order-paid is part of nothing',
      'handle in coupon is part of send order-paid',
      'send coupon-granted is part of handle in coupon',
      'handle in mail is part of send coupon-granted',
      '1 trace\n',
    ],
  },
  {
    name: 'sql-filter',
    program: new URL('./sql-filter.js', import.meta.url),
    page: 'sql-filters',
    lines: ['received order-3'],
  },
]

describe.each(programs)('$name', ({ name, program, page, lines }) => {
  it('runs to its end', async () => {
    const { stdout, stderr } = await run(process.execPath, [fileURLToPath(program)], { timeout: 30_000 })
    for (const line of lines) expect(stdout).toContain(line)
    expect(stderr).toBe('')
  }, 40_000)

  it.each(['docs', 'docs/zh-CN'])('is what the page in %s shows', async (folder) => {
    const code = await readFile(new URL(`../src/${name}.ts`, import.meta.url), 'utf8')
    const text = await readFile(new URL(`../../../${folder}/${page}.md`, import.meta.url), 'utf8')
    expect(text).toContain(code.slice(code.indexOf('\n') + 1))
  })
})

import type { Client } from '@rocketeer/client'
import { type Command, Option } from 'commander'
import { errorColors } from '../colors.js'
import { printMessageLine, warn } from '../output.js'
import { parseCount, parseStart } from '../parse.js'
import { addClusterFlags, type ClusterFlags, stopSignal, withClient } from '../session.js'

interface ConsumeFlags extends ClusterFlags {
  group: string
  tag: string
  sql?: string
  from: 'first' | 'last' | Date
  count?: number
}

export function addConsume(program: Command): void {
  const command = program
    .command('consume')
    .description('join a consumer group and print what arrives')
    .argument('<topic>')
    .requiredOption('-g, --group <group>', 'consumer group; the brokers keep its offsets')
    .option('-t, --tag <tags>', "tags to receive, as 'a || b'", '*')
    .addOption(
      new Option(
        '--sql <condition>',
        'instead of tags: an SQL92 condition on properties, evaluated by the broker',
      ).conflicts('tag'),
    )
    .addOption(
      new Option('--from <where>', 'where a group without offsets begins: first, last, or a time')
        .argParser(parseStart)
        .default('last'),
    )
    .option('--count <n>', 'stop after this many messages', parseCount)
  addClusterFlags(command)
    .addHelpText(
      'after',
      `
Prints until Ctrl-C. Printed messages are consumed: the group does not get them again.

Examples:
  rocketeer consume hello --group readers --from first
  rocketeer consume order-paid --group audit --tag 'coupon || vip' --json | jq .body
  rocketeer consume order-paid --group big --sql "amount > 100 AND region = 'north'"
  rocketeer consume order-paid --group audit --from 2026-11-21T08:00 --count 10`,
    )
    .action(consume)
}

async function consume(topic: string, flags: ConsumeFlags): Promise<void> {
  const stop = stopSignal()
  await withClient(flags, (client) => printUntil(client, topic, flags, stop))
}

async function printUntil(
  client: Client,
  topic: string,
  flags: ConsumeFlags,
  stop: AbortSignal,
): Promise<void> {
  const { sql } = await import('@rocketeer/client')
  const done = new AbortController()
  let printed = 0
  await using consumer = client.consumer({
    group: flags.group,
    subscribe: { [topic]: flags.sql === undefined ? flags.tag : sql(flags.sql) },
    startFrom: flags.from,
    concurrency: 1,
    closeTimeoutMs: 200,
    handle: (message, { signal }) => {
      // Messages received beyond --count stay unfinished until the consumer closes, so that the group gets them later.
      if (done.signal.aborted)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      printMessageLine(message, flags.json === true)
      if (++printed === flags.count) done.abort()
      return undefined
    },
  })
  client.on('problem', (error) => warn('problem', String(error)))
  const ended = AbortSignal.any([stop, done.signal])
  if (!flags.json && process.stderr.isTTY)
    process.stderr.write(errorColors.dim('waiting for messages, Ctrl-C stops\n'))
  await consumer.ready
  if (!ended.aborted) await new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }))
}

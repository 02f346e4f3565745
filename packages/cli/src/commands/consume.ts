import type { Client } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { addMessageFlags, type MessageFlags, printMessageLine } from '../message-output.js'
import { printed, readerGone, warn } from '../output.js'
import { parseCount } from '../parse.js'
import { parseStart } from '../parse-time.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'
import { dim } from '../styled.js'

interface ConsumeFlags extends ClusterFlags, MessageFlags {
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
  addMessageFlags(addClusterFlags(command))
    .addHelpText(
      'after',
      `
Prints until Ctrl-C, one line for each message; control characters are escaped, see --raw and --json. Printed messages
are consumed: the group does not get them again.

Examples:
  rocketeer consume hello --group readers --from first
  rocketeer consume order-paid --group audit --tag 'coupon || vip' --json | jq .body
  rocketeer consume order-paid --group big --sql "amount > 100 AND region = 'north'"
  rocketeer consume order-paid --group audit --from 2026-11-21T08:00 --count 10`,
    )
    .action(consume)
}

async function consume(topic: string, flags: ConsumeFlags): Promise<void> {
  const stop = new Stop()
  await withClient(flags, (client) => printUntil(client, topic, flags, stop))
}

async function printUntil(client: Client, topic: string, flags: ConsumeFlags, stop: Stop): Promise<void> {
  const { sql } = await import('@rocketeer/client')
  const done = new AbortController()
  let count = 0
  await using consumer = client.consumer({
    group: flags.group,
    subscribe: { [topic]: flags.sql === undefined ? flags.tag : sql(flags.sql) },
    startFrom: flags.from,
    concurrency: 1,
    closeTimeoutMs: 200,
    handle: async (message, { signal }) => {
      if (!done.signal.aborted) {
        printMessageLine(message, flags)
        await printed()
        if (!readerGone.aborted) {
          if (++count === flags.count) done.abort()
          return
        }
      }
      // Messages beyond --count, or that could not be printed, stay unfinished until the consumer closes: the group gets them later.
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  })
  client.on('problem', (error) => warn('problem', messageOf(error)))
  const ended = AbortSignal.any([stop.signal, done.signal])
  if (!flags.json && process.stderr.isTTY)
    process.stderr.write(`${dim('waiting for messages, Ctrl-C stops').for(process.stderr)}\n`)
  await consumer.ready
  if (!ended.aborted) await new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }))
  if (flags.count !== undefined && !done.signal.aborted) stop.throwIfInterrupted()
}

import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { printJson, printLine, warn, warnOfMissed } from '../output.js'
import { parseOrderQueues } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'

interface OrderFlags extends ClusterFlags {
  delete?: boolean
}

export function addOrder(topic: Command): void {
  addClusterFlags(
    topic
      .command('order')
      .description('show or set the queues that an order topic keeps while a broker is down'),
  )
    .argument('<topic>')
    .argument('[queues]', 'queues by broker, such as broker-a:8;broker-b:8', parseOrderQueues)
    .option('--delete', 'make it an ordinary topic: producers use whatever queues there are')
    .addHelpText(
      'after',
      "\nExamples:\n  rocketeer topic order orders\n  rocketeer topic order orders 'broker-a:8;broker-b:8'",
    )
    .action((name: string, queues: Record<string, number> | undefined, flags: OrderFlags) =>
      withClient(flags, (client) => order(client, name, queues, flags)),
    )
}

async function order(
  client: Client,
  topic: string,
  queues: Record<string, number> | undefined,
  flags: OrderFlags,
): Promise<void> {
  const admin = client.admin()
  if (flags.delete) warnOfMissed(await admin.orderQueues.delete(topic))
  else if (queues) {
    warnOfMissed(await admin.orderQueues.set(topic, queues))
    await warnOfSilentNameservers(client)
  }
  const kept = await admin.orderQueues.get(topic)
  if (flags.json) printJson({ topic, queues: kept ?? null })
  else if (kept) {
    printLine(
      Object.entries(kept)
        .map(([broker, count]) => `${topic} keeps ${count} queues on ${broker}`)
        .join('\n'),
    )
  } else printLine(`${topic} is no order topic: producers send to the queues of the brokers that are up`)
}

/** Warns of nameservers that keep order configurations from clients, which would make them silently useless. */
export async function warnOfSilentNameservers(client: Client): Promise<void> {
  for (const address of await client.admin().orderQueues.silentNameservers()) {
    warn(
      'note',
      `the nameserver ${address} does not tell clients of order topics: start it with --order-topics ` +
        '(Apache: orderMessageEnable=true)',
    )
  }
}

import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { warnOfMissed } from '../failure.js'
import { printJson, printLine, warn } from '../output.js'
import { parseOrderQueues } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { didYouMean } from '../suggestion.js'

interface OrderFlags extends ClusterFlags, ConfirmFlags {
  delete?: boolean
}

export function addOrder(topic: Command): void {
  addConfirmFlags(
    addClusterFlags(
      topic
        .command('order')
        .description('show or set the queues that an order topic keeps while a broker is down'),
    ),
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
  const { orderQueues } = client.admin()
  if (flags.dryRun) {
    const before = await orderQueues.get(topic)
    const after = flags.delete ? null : (queues ?? before ?? null)
    if (flags.json) printJson({ topic, before: before ?? null, after })
    else
      printLine(
        `${topic} keeps ${queuesText(before)}; it would keep ${queuesText(after)}. Nothing was changed.`,
      )
    return
  }
  if (flags.delete) {
    await confirm(`make "${topic}" an ordinary topic: ordered messages may change their queue`, flags)
    warnOfMissed(await orderQueues.delete(topic))
  } else if (queues) {
    warnOfMissed(await orderQueues.set(topic, queues))
    await warnOfUnknownBrokers(client, queues)
    await warnOfSilentNameservers(client)
  }
  const kept = await orderQueues.get(topic)
  if (flags.json) printJson({ topic, queues: kept ?? null })
  else if (kept) {
    for (const [broker, count] of Object.entries(kept))
      printLine(`${topic} keeps ${count} queues on ${broker}`)
  } else printLine(`${topic} is no order topic: producers send to the queues of the brokers that are up`)
}

/** A broker that is down stays in the list, which is what it is for; a name that was mistyped looks the same. */
async function warnOfUnknownBrokers(client: Client, queues: Readonly<Record<string, number>>): Promise<void> {
  const known = (await client.admin().brokers.list()).map(({ brokerName }) => brokerName)
  for (const brokerName of Object.keys(queues).filter((name) => !known.includes(name)))
    warn(
      'note',
      `no nameserver lists a broker named "${brokerName}" now: producers send nothing to its queues until one does.` +
        didYouMean(brokerName, known),
    )
}

function queuesText(queues: Readonly<Record<string, number>> | null | undefined): string {
  const kept = Object.entries(queues ?? {}).map(([broker, count]) => `${count} queues on ${broker}`)
  return kept.join(', ') || 'no queues'
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

import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { formatPermission, printJson, printTable } from '../output.js'
import { parsePermission } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'

interface PermissionFlags extends ClusterFlags {
  broker?: string
}

export function addPermission(topic: Command): void {
  addClusterFlags(
    topic.command('permission').description('set whether a topic is read and written; its queues stay'),
  )
    .argument('<topic>')
    .argument('<permission>', 'r: takes no more messages, those in it are consumed; w; rw', parsePermission)
    .option('-b, --broker <name>', 'only on this broker')
    .addHelpText(
      'after',
      `
Producers that already know the route follow within 30 s.

Examples:
  rocketeer topic permission order-paid r                       drain a topic
  rocketeer topic permission order-paid rw --broker broker-b    give it back on one broker`,
    )
    .action((name: string, permission: number, flags: PermissionFlags) =>
      withClient(flags, (client) => setPermission(client, name, permission, flags)),
    )
}

async function setPermission(
  client: Client,
  topic: string,
  perm: number,
  flags: PermissionFlags,
): Promise<void> {
  const brokers = flags.broker === undefined ? undefined : [flags.broker]
  const changed = await client.admin().topics.update(topic, { perm, brokers })
  const changes = changed.map(({ brokerName, before }) => ({ brokerName, before: before.perm, after: perm }))
  if (flags.json) printJson({ topic, brokers: changes })
  else {
    const rows = changes.map((change) => [
      change.brokerName,
      formatPermission(change.before),
      formatPermission(change.after),
    ])
    printTable(['broker', 'before', 'now'], rows, '')
  }
}

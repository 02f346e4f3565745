import type { Client } from '@rocketeer/client'
import { Argument, type Command } from 'commander'
import { printJson, printLine, printTable } from '../output.js'
import { parseWholeNumber } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface ModeFlags extends ClusterFlags {
  share?: number
}

export function addMode(group: Command): void {
  addClusterFlags(
    group
      .command('mode')
      .description('show or set whether a group pulls or pops a topic; running consumers follow'),
  )
    .argument('<group>')
    .argument('<topic>')
    .addArgument(new Argument('[mode]', 'default: show what is set').choices(['pull', 'pop']))
    .option(
      '--share <n>',
      'with pop: how many other members pop from the queues of a member; 0: all (0)',
      parseWholeNumber,
    )
    .addHelpText(
      'after',
      `
Examples:
  rocketeer group mode billing order-paid
  rocketeer group mode billing order-paid pop

Only consumers whose queues the broker assigns follow: assignedBy: 'broker', in Java setClientRebalance(false).`,
    )
    .action((name: string, topic: string, mode: 'pull' | 'pop' | undefined, flags: ModeFlags) =>
      withClient(flags, (client) => setOrShow(client, { group: name, topic, mode }, flags)),
    )
}

async function setOrShow(
  client: Client,
  { group, topic, mode }: { group: string; topic: string; mode: 'pull' | 'pop' | undefined },
  { json, share = 0 }: ModeFlags,
): Promise<void> {
  const admin = client.admin()
  await knownGroup(client, group)
  if (mode !== undefined) {
    const settings = { mode: mode === 'pop' ? 'POP' : 'PULL', popShareQueues: share } as const
    await admin.groups.setRequestMode(group, topic, settings)
  }
  const modes = [...(await admin.groups.requestModes(group, topic))]
  if (json) {
    printJson(modes.map(([broker, set]) => ({ broker, ...set })))
    return
  }
  const rows = modes.map(([broker, set]) => [
    broker,
    set.mode.toLowerCase(),
    set.mode === 'POP' ? set.popShareQueues : '',
  ])
  printTable(
    ['broker', 'mode', 'shared with'],
    rows,
    'Not set: brokers use their default (defaultRequestMode, in a broker.conf defaultMessageRequestMode).',
  )
  if (mode !== undefined) printLine('Consumers follow within 20 s.')
}

import type { Command } from 'commander'
import { UsageError } from '../failure.js'
import { printJson, printTable } from '../output.js'
import { collectPair } from '../parse.js'
import { addListFlags, type ListFlags, withClient } from '../session.js'

export function addSet(cluster: Command): void {
  addListFlags(
    cluster.command('set').description('change options of a running broker, also for its next starts'),
  )
    .argument('<broker>', 'broker name')
    .argument('<name=value...>', "options under Apache's names", gather)
    .addHelpText(
      'after',
      `
A Rocketeer broker keeps the changes in config/broker-updates.conf of its data directory. They win over its
broker.conf; --option at its start wins over them. Options that need a restart are refused.

Examples:
  rocketeer cluster set broker-a fileReservedTime=48
  rocketeer cluster set broker-a autoCreateTopicEnable=false defaultTopicQueueNums=16`,
    )
    .action((brokerName: string, options: Record<string, string>, flags: ListFlags) =>
      withClient(flags, async (client) => {
        const changes = await client.admin().brokers.configure(brokerName, options)
        if (flags.json) printJson(changes)
        else {
          const rows = changes.map((change) => [change.option, change.before, change.now])
          printTable(['option', 'before', 'now'], rows, '')
        }
      }),
    )
}

function gather(value: string, options: Record<string, string> = {}): Record<string, string> {
  const gathered = collectPair(value, options)
  if (Object.keys(gathered).length > OPTIONS_MAX)
    throw new UsageError(`at most ${OPTIONS_MAX} options at once`)
  return gathered
}

/** They go out in one request. */
const OPTIONS_MAX = 100

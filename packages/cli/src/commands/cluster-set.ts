import type { Command } from 'commander'
import { UsageError } from '../failure.js'
import { printJson, printTable } from '../output.js'
import { collectPair } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'

/** All options of a command line travel in one request. */
const OPTIONS_MAX = 100

export function addSet(cluster: Command): void {
  addClusterFlags(
    cluster.command('set').description('change options of a running broker, also for its next starts'),
  )
    .argument('<broker>', 'broker name')
    .argument('<name=value...>', "options under the names of broker.conf, which are Apache's", collectOption)
    .addHelpText(
      'after',
      `
A Rocketeer broker keeps the changes in config/broker-updates.conf of its data directory. They win over its
broker.conf; --option at its start wins over them. Options that need a restart are refused.

Examples:
  rocketeer cluster set broker-a fileReservedTime=48
  rocketeer cluster set broker-a autoCreateTopicEnable=false defaultTopicQueueNums=16`,
    )
    .action((brokerName: string, options: Record<string, string>, flags: ClusterFlags) =>
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

function collectOption(value: string, options: Record<string, string> = {}): Record<string, string> {
  const collected = collectPair(value, options)
  if (Object.keys(collected).length > OPTIONS_MAX)
    throw new UsageError(`at most ${OPTIONS_MAX} options can be changed at once`)
  return collected
}

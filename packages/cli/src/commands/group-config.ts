import type { Client, GroupSettings } from '@rocketeer/client'
import type { Command } from 'commander'
import { CommandFailed } from '../failure.js'
import { printJson, printTable } from '../output.js'
import { parseWholeNumber } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'
import { settingsJson } from './group-settings.js'

interface ConfigFlags extends ClusterFlags {
  retries?: number
  consume?: boolean
  broadcast?: boolean
  ordered?: boolean
}

export function addConfig(group: Command): void {
  addClusterFlags(
    group.command('config').description('show the settings of a group, or change those given as flags'),
  )
    .argument('<group>')
    .option('--retries <n>', 'retries before a message is a dead letter; 0 for none', parseWholeNumber)
    .option('--consume', 'brokers give messages to the group')
    .option('--no-consume', 'brokers give it no messages: its consumers wait')
    .option('--broadcast', 'consumers of the group may broadcast')
    .option('--no-broadcast', 'consumers of the group may not broadcast')
    .option('--ordered', 'gRPC clients get its messages in order')
    .option('--no-ordered', 'gRPC clients get them as they come')
    .addHelpText(
      'after',
      `
Examples:
  rocketeer group config billing
  rocketeer group config billing --no-consume        pause the group without stopping its programs`,
    )
    .action((name: string, flags: ConfigFlags) => withClient(flags, (client) => config(client, name, flags)))
}

async function config(client: Client, group: string, flags: ConfigFlags): Promise<void> {
  const present = await knownGroup(client, group)
  const changes = changesOf(flags)
  const changed = Object.values(changes).some((change) => change !== undefined)
  if (changed) await client.admin().groups.update(group, changes)
  const shown = changed ? await knownGroup(client, group) : present
  if (shown === undefined)
    throw new CommandFailed(
      `"${group}" has offsets and no settings: \`rocketeer group create ${group}\` gives it some`,
    )
  if (flags.json) {
    printJson(settingsJson(shown))
    return
  }
  printTable(
    ['setting', 'value'],
    [
      ['retries', String(shown.retryMaxTimes)],
      ['queues for retries', String(shown.retryQueueNums)],
      ['may consume', yesNo(shown.consumeEnable)],
      ['may broadcast', yesNo(shown.consumeBroadcastEnable)],
      ['in order', yesNo(shown.consumeMessageOrderly)],
      ['notified of new members', yesNo(shown.notifyConsumerIdsChangedEnable)],
    ],
    '',
  )
}

function changesOf({ retries, consume, broadcast, ordered }: ConfigFlags): GroupSettings {
  return { retriesMax: retries, allowConsuming: consume, allowBroadcasting: broadcast, ordered }
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

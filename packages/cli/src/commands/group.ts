import type { Client, GroupProgress, QueueProgress } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { formatTime, printJson, printLine, printTable } from '../output.js'
import { parseWholeNumber } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { red, type Text } from '../styled.js'
import { addClone } from './group-clone.js'
import { addConfig } from './group-config.js'
import { addDeadLetters } from './group-dead-letters.js'
import { addDelete } from './group-delete.js'
import { knownGroup } from './group-known.js'
import { addLag } from './group-lag.js'
import { addMode } from './group-mode.js'
import { addReplay } from './group-replay.js'
import { addReset } from './group-reset.js'
import { settingsJson } from './group-settings.js'

export function addGroup(program: Command): void {
  const group = program
    .command('group')
    .description('look at consumer groups, configure and move them, replay dead letters')
    .addHelpText(
      'after',
      '\nExamples:\n  rocketeer group show billing\n  rocketeer group replay billing --rate 50',
    )
  addList(group)
  addShow(group)
  addLag(group)
  addCreate(group)
  addConfig(group)
  addDelete(group)
  addMode(group)
  addReset(group)
  addClone(group)
  addDeadLetters(group)
  addReplay(group)
}

function addList(group: Command): void {
  addClusterFlags(group.command('list').description('list all consumer groups'))
    .option('--system', "also those of RocketMQ's own tools")
    .addHelpText('after', '\nExample:\n  rocketeer group list')
    .action((flags: ClusterFlags & { system?: boolean }) =>
      withClient(flags, async (client) => {
        const groups = await client.admin().groups.list({ system: flags.system === true })
        if (flags.json) {
          printJson(groups.map(settingsJson))
          return
        }
        const rows = groups.map((config) => [
          config.groupName,
          config.retryMaxTimes,
          config.consumeEnable ? 'yes' : 'no',
        ])
        printTable(
          ['group', 'retries', 'may consume'],
          rows,
          'No groups yet: the first consumer of a group creates it.',
        )
      }),
    )
}

function addShow(group: Command): void {
  addClusterFlags(
    group.command('show').description('members of a group, its lag by queue, retries, dead letters'),
  )
    .argument('<group>')
    .addHelpText('after', '\nExample:\n  rocketeer group show billing')
    .action((name: string, flags: ClusterFlags) => withClient(flags, (client) => show(client, name, flags)))
}

async function show(client: Client, group: string, flags: ClusterFlags): Promise<void> {
  const admin = client.admin()
  const [members, progress] = await Promise.all([admin.groups.members(group), admin.groups.progress(group)])
  const connections = [...(members?.connectionSet ?? [])]
  if (connections.length + progress.queues.length === 0) await knownGroup(client, group)
  if (flags.json) {
    printJson({ ...progress, members: connections })
    return
  }
  const rows = connections.map(({ clientId, clientAddr, language }) => [clientId, clientAddr, language])
  printTable(['member', 'address', 'language'], rows, 'No member of the group is running.')
  printLine()
  printTable(
    ['topic', 'broker', 'queue', 'at', 'end', 'lag', 'last consumed'],
    progress.queues.map(progressRow),
    'The group has consumed nothing yet.',
    { whole: ['last consumed'] },
  )
  for (const line of linesOf(progress)) printLine(line)
}

/** What the table does not show: retries that wait for their time, popped messages, and dead letters. */
function linesOf({ lag, popped, retries, deadLetters }: GroupProgress): Text[] {
  const least = retries.partial ? 'at least ' : ''
  const parts = [
    retries.ready > 0 && `retries to be consumed: ${retries.ready}`,
    (retries.delayed > 0 || retries.partial) &&
      `retries that wait for their time: ${least}${retries.delayed}`,
    popped !== undefined && popped > 0 && `popped and not acknowledged: ${popped}`,
  ].filter((part) => part !== false)
  const lines: Text[] = [`${least}${lag} messages behind${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`]
  if (retries.partial)
    lines.push('Not every delayed message was looked at: a broker has more than 10,000 of them, or 64 MiB.')
  if (deadLetters.messages > 0) {
    const since = deadLetters.since === undefined ? '' : ` since ${formatTime(deadLetters.since)}`
    const letters = deadLetters.messages === 1 ? 'dead letter' : 'dead letters'
    lines.push(red(`${deadLetters.messages} ${letters}${since}`))
  }
  return lines
}

function progressRow({ queue, consumerOffset, brokerOffset, lag, lastTimestamp }: QueueProgress) {
  return [
    queue.topic,
    queue.brokerName,
    queue.queueId,
    consumerOffset,
    brokerOffset,
    lag,
    formatTime(lastTimestamp),
  ]
}

function addCreate(group: Command): void {
  addClusterFlags(
    group
      .command('create')
      .description('create a group on every broker; of a group there is, change what is given'),
  )
    .argument('<group>')
    .option('--retries <n>', 'retries before a message is a dead letter; 0 for none (16)', parseWholeNumber)
    .option('--ordered', 'gRPC clients get its messages in order')
    .addHelpText('after', '\nExample:\n  rocketeer group create billing --retries 5')
    .action((name: string, flags: ClusterFlags & { retries?: number; ordered?: boolean }) =>
      withClient(flags, async (client) => {
        const { groups } = client.admin()
        const settings = { retriesMax: flags.retries, ordered: flags.ordered }
        await groups.update(name, settings).catch((error) => {
          if (!isRocketeerError(error, 'GROUP_UNKNOWN')) throw error
          return groups.create(name, settings)
        })
        if (flags.json) printJson({ group: name })
        else printLine(`${name} is set`)
      }),
    )
}

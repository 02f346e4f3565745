import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { SpreadPlan } from '@rocketeer/toolkit/backlog'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { formatCount, printJson, printLine, warn } from '../output.js'
import { parseQueueCount } from '../parse.js'
import { ProgressBar } from '../progress-bar.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface SpreadFlags extends ClusterFlags, ConfirmFlags {
  to?: string
  queues: number
  anyOrder?: boolean
  follow?: boolean
}

export function addSpread(backlog: Command): void {
  addConfirmFlags(
    addClusterFlags(
      backlog
        .command('spread')
        .description('forward what a group has not consumed to a topic with more queues, for more members'),
    ),
  )
    .argument('<group>')
    .argument('<topic>', 'the narrow topic')
    .option('--to <topic>', 'the wide topic, made if it is not there (TOPIC_wide)')
    .option('--queues <n>', 'queues of the wide topic, on all brokers together', parseQueueCount, 64)
    .option('--any-order', 'give the order of messages with the same key up, which is faster')
    .option('--follow', 'go on with what arrives, until Ctrl-C')
    .addHelpText(
      'after',
      `
The members of the group must consume the wide topic instead of the narrow one; --dry-run says the steps. Messages keep
key, tag, properties and id, and get where they come from as SPREAD_ORIGIN. Ctrl-C or a crash loses nothing: the same
command goes on. The way back is rocketeer backlog gather.

Examples:
  rocketeer backlog spread billing order-paid --dry-run
  rocketeer backlog spread billing order-paid --queues 64 --follow`,
    )
    .action((name: string, topic: string, flags: SpreadFlags) =>
      withClient(flags, (client) => spread(client, name, topic, flags)),
    )
}

async function spread(client: Client, group: string, topic: string, flags: SpreadFlags): Promise<void> {
  const { planSpread, spreadBacklog } = await import('@rocketeer/toolkit/backlog')
  await knownGroup(client, group)
  const { to, queues, anyOrder = false, follow = false } = flags
  const options = { group, topic, to, queues, keepOrder: !anyOrder, follow }
  const plan = await planSpread(client, options)
  if (flags.dryRun) {
    if (flags.json) printJson(plan)
    else for (const line of stepsOf(plan, flags)) printLine(line)
    return
  }
  const what = formatCount(plan.messages, 'message')
  await confirm(`forward ${what} of "${topic}" to "${plan.to}", and move "${group}" behind them`, flags)
  const stop = new Stop()
  const spreader = await spreadBacklog(client, options)
  const bar = new ProgressBar({ verb: 'forwarded', total: plan.messages, quiet: flags.json === true })
  spreader.on('problem', (error) => warn('problem', messageOf(error)))
  let isDone = false
  void spreader.done.then(() => {
    isDone = true
  })
  while (!isDone && !stop.signal.aborted) {
    const { forwarded, left } = spreader.status
    bar.update(follow ? forwarded : plan.messages - left)
    await pause(100, undefined, { signal: stop.signal }).catch(() => {})
  }
  await spreader.close()
  bar.done()
  const { forwarded, left } = spreader.status
  if (flags.json) printJson({ forwarded, left, to: plan.to })
  else {
    printLine(`${forwarded} forwarded to "${plan.to}", ${left} left`)
    printLine(`When "${group}" has consumed "${plan.to}": rocketeer backlog gather ${group} ${topic}`)
  }
  if (!isDone && !follow) stop.throwIfInterrupted()
}

/** What happens, who has to do it, and the way back. */
function stepsOf(plan: SpreadPlan, { anyOrder, follow }: SpreadFlags): string[] {
  const { group, topic, to, messages, narrowQueues, wideQueues, wideExists, forwarders } = plan
  const gather = `rocketeer backlog gather ${group} ${topic}${to === `${topic}_wide` ? '' : ` --to ${to}`}`
  return [
    `1. You stop the members of "${group}" that consume "${topic}". The command refuses while one runs.`,
    `2. This command ${wideExists ? `uses "${to}", which has` : `makes "${to}" with`} ${wideQueues} queues ` +
      `instead of ${narrowQueues}, and forwards ${formatCount(messages, 'message')}` +
      `${follow ? ', and what arrives, until Ctrl-C' : ''}. ` +
      (anyOrder ? 'The order of messages is given up.' : 'Messages of one key stay in order.') +
      (forwarders > 0 ? ` It shares the work with ${formatCount(forwarders, 'forwarder')}.` : ''),
    `3. You start up to ${wideQueues} members of "${group}" with a subscription to "${to}" instead of "${topic}", ` +
      'as soon as it is there.',
    `4. When "${to}" is consumed: you end this command, stop the members, and run ${gather}, which deletes "${to}".`,
    `5. You start the members with "${topic}" again. They go on behind what was forwarded.`,
    'Nothing was changed.',
  ]
}

interface GatherFlags extends ClusterFlags, ConfirmFlags {
  to?: string
}

export function addGather(backlog: Command): void {
  addConfirmFlags(
    addClusterFlags(
      backlog.command('gather').description('end a spread: delete the wide topic once it is consumed'),
    ),
  )
    .argument('<group>')
    .argument('<topic>', 'the narrow topic')
    .option('--to <topic>', 'the wide topic (TOPIC_wide)')
    .addHelpText(
      'after',
      `
It refuses while a forwarder or a member of the group is at the wide topic, and while messages of it are left.

Example:
  rocketeer backlog gather billing order-paid --dry-run`,
    )
    .action((name: string, topic: string, flags: GatherFlags) =>
      withClient(flags, (client) => gather(client, name, topic, flags)),
    )
}

async function gather(client: Client, group: string, topic: string, flags: GatherFlags): Promise<void> {
  const { gatherSpread } = await import('@rocketeer/toolkit/backlog')
  await knownGroup(client, group)
  const { to } = flags
  const wide = to ?? `${topic}_wide`
  const { messages } = await gatherSpread(client, { group, topic, to, dryRun: true })
  if (!flags.dryRun) {
    await confirm(`delete the topic "${wide}", which "${group}" has consumed`, flags)
    await gatherSpread(client, { group, topic, to })
  }
  if (flags.json) printJson({ group, topic, to: wide, messages })
  else {
    printLine(flags.dryRun ? `"${wide}" would be deleted.` : `"${wide}" is deleted.`)
    printLine(`"${group}" goes on in "${topic}", where ${formatCount(messages, 'message')} wait.`)
  }
}

import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { formatCount, printJson, printLine } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'

interface DeleteFlags extends ClusterFlags, ConfirmFlags {}

export function addDelete(topic: Command): void {
  addConfirmFlags(
    addClusterFlags(
      topic.command('delete').description('delete a topic; its messages cannot be read any more'),
    ),
  )
    .argument('<topic>')
    .addHelpText(
      'after',
      '\nExamples:\n  rocketeer topic delete hello --dry-run\n  rocketeer topic delete hello',
    )
    .action((name: string, flags: DeleteFlags) =>
      withClient(flags, (client) => deleteTopic(client, name, flags)),
    )
}

async function deleteTopic(client: Client, topic: string, flags: DeleteFlags): Promise<void> {
  const plan = await planOf(client, topic)
  const groups = plan.groups.length === 0 ? 'no group consumes it' : `consumed by ${plan.groups.join(', ')}`
  const what = `"${topic}" with ${formatCount(plan.messages, 'message')} on ${plan.brokers.join(', ')} (${groups})`
  if (flags.dryRun) {
    if (flags.json) printJson(plan)
    else printLine(`This would delete ${what}. Nothing was changed.`)
    return
  }
  await confirm(`delete ${what}`, flags)
  await client.admin().topics.delete(topic)
  if (flags.json) printJson({ deleted: topic })
  else printLine(`${topic} is deleted`)
}

/** Throws for an unknown topic, whose deletion would otherwise look like a success. */
async function planOf(client: Client, topic: string) {
  const { topics, groups } = client.admin()
  const { brokerDatas } = await topics.route(topic)
  const stats = await topics.stats(topic)
  return {
    topic,
    brokers: brokerDatas.map(({ brokerName }) => brokerName),
    messages: stats.reduce((sum, { minOffset, maxOffset }) => sum + maxOffset - minOffset, 0),
    groups: await groups.consuming(topic),
  }
}

import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { formatCount, printJson, printLine } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface DeleteFlags extends ClusterFlags, ConfirmFlags {}

export function addDelete(group: Command): void {
  addConfirmFlags(addClusterFlags(group.command('delete').description('delete a group and its offsets')))
    .argument('<group>')
    .addHelpText(
      'after',
      '\nExamples:\n  rocketeer group delete billing --dry-run\n  rocketeer group delete billing',
    )
    .action((name: string, flags: DeleteFlags) =>
      withClient(flags, (client) => deleteGroup(client, name, flags)),
    )
}

async function deleteGroup(client: Client, group: string, flags: DeleteFlags): Promise<void> {
  await knownGroup(client, group)
  const plan = await planOf(client, group)
  const topics = plan.topics.length === 0 ? 'it has none' : `in ${plan.topics.join(', ')}`
  const what = `"${group}" and its offsets (${topics}; running: ${formatCount(plan.members, 'member')})`
  if (flags.dryRun) {
    if (flags.json) printJson(plan)
    else printLine(`This would delete ${what}. Nothing was changed.`)
    return
  }
  await confirm(`delete ${what}`, flags)
  await client.admin().groups.delete(group)
  if (flags.json) printJson({ deleted: group })
  else printLine(`${group} is deleted`)
}

async function planOf(client: Client, group: string) {
  const { groups } = client.admin()
  const { queues } = await groups.progress(group)
  const members = await groups.members(group)
  return {
    group,
    topics: [...new Set(queues.map(({ queue }) => queue.topic))],
    members: members?.connectionSet.length ?? 0,
  }
}

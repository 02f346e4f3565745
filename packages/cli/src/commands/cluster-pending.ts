import type { Client, PendingMessages } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { warnOfMissing } from '../failure.js'
import { printJson, printTable, warn } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { registeredBrokers } from './cluster-brokers.js'

export function addPending(cluster: Command): void {
  addClusterFlags(cluster.command('pending').description('messages that are stored but not delivered yet'))
    .argument('[broker]', 'default: all brokers')
    .addHelpText(
      'after',
      `
Counts messages with a delivery time by topic, messages of each delay level (retries of a group apart), retries to be
consumed, dead letters no replay has given again, half messages of open transactions, and messages that are set aside,
because no copy of them can be stored. Only Rocketeer brokers report the last two.

Examples:
  rocketeer cluster pending
  rocketeer cluster pending broker-a --json`,
    )
    .action((brokerName: string | undefined, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const pending = await pendingOf(client, brokerName, flags)
        if (flags.json) {
          printJson(pending.map(({ brokerName: broker, ...rest }) => ({ broker, ...rest })))
          return
        }
        const rows = pending.map(({ brokerName, kind, topic, level, group, messages }) => [
          brokerName,
          level === undefined ? kind : `${kind} ${level}`,
          topic,
          group,
          messages,
        ])
        printTable(['broker', 'waits for', 'topic', 'group', 'messages'], rows, 'No messages wait.')
        for (const { brokerName, level } of pending.filter(({ partial }) => partial))
          warnOfMissing(
            brokerName,
            `delay level ${level} has too many messages to look for retries among all of them`,
          )
        for (const { brokerName, messageId, reason } of pending.filter(({ kind }) => kind === 'set aside'))
          warn(brokerName, `message ${messageId} is set aside: ${reason}`)
      }),
    )
}

/** Figures of one broker or of all; a broker that does not answer costs a warning, not the figures of the others. */
async function pendingOf(
  client: Client,
  asked: string | undefined,
  flags: ClusterFlags,
): Promise<PendingMessages[]> {
  const { brokers } = client.admin()
  if (asked !== undefined) return brokers.pending(asked)
  const masters = (await registeredBrokers(client, flags)).filter(({ brokerId }) => brokerId === 0)
  const found: PendingMessages[] = []
  for (const { brokerName } of masters) {
    try {
      found.push(...(await brokers.pending(brokerName)))
    } catch (error) {
      warnOfMissing(brokerName, messageOf(error))
    }
  }
  return found
}

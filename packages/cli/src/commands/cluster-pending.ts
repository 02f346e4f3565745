import type { Client } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { errorColors } from '../colors.js'
import { printJson, printTable } from '../output.js'
import { addListFlags, type ListFlags, withClient } from '../session.js'

/** What a broker holds back: one row. */
interface Pending {
  broker: string
  /** Where it waits. */
  kind: 'time' | 'delay level' | 'transaction'
  topic?: string
  level?: number
  messages: number
}

export function addPending(cluster: Command): void {
  addListFlags(cluster.command('pending').description('messages that are stored and not delivered yet'))
    .argument('[broker]', 'left out: all')
    .addHelpText(
      'after',
      `
Those with a delivery time by topic, those of delay levels, and half messages whose transaction is open.
Figures of transactions are told by brokers of ours only.

Examples:
  rocketeer cluster pending
  rocketeer cluster pending broker-a --json`,
    )
    .action((brokerName: string | undefined, flags: ListFlags) =>
      withClient(flags, async (client) => {
        const pending = await pendingOf(client, brokerName)
        if (flags.json) {
          printJson(pending)
          return
        }
        const rows = pending.map(({ broker, kind, topic, level, messages }) => [
          broker,
          level === undefined ? kind : `${kind} ${level}`,
          topic,
          messages,
        ])
        printTable(['broker', 'waits for', 'topic', 'messages'], rows, 'Nothing waits.')
      }),
    )
}

async function pendingOf(client: Client, asked: string | undefined): Promise<Pending[]> {
  if (asked !== undefined) return pendingAt(client, asked)
  const brokers = (await client.admin().brokers()).filter(({ brokerId }) => brokerId === 0)
  const found: Pending[] = []
  for (const { brokerName } of brokers) {
    try {
      found.push(...(await pendingAt(client, brokerName)))
    } catch (error) {
      process.stderr.write(`${errorColors.yellow(`${brokerName}:`)} ${messageOf(error)}\n`)
    }
  }
  return found
}

async function pendingAt(client: Client, broker: string): Promise<Pending[]> {
  const admin = client.admin()
  const status = await admin.brokerStatus(broker)
  const byTopic = Number(status.timerCongestNum) > 0 ? await admin.waitingByTopic(broker) : {}
  const found: Pending[] = Object.entries(byTopic).map(([topic, messages]) => ({
    broker,
    kind: 'time',
    topic,
    messages,
  }))
  for (const [key, value] of Object.entries(status)) {
    const level = /^scheduleMessageOffset_(\d+)$/.exec(key)?.[1]
    if (level === undefined) continue
    const [delivered, stored] = value.split(',').map(Number)
    const messages = stored! - delivered!
    if (messages > 0) found.push({ broker, kind: 'delay level', level: Number(level), messages })
  }
  const half = Number(status.halfMessagesPending ?? 0)
  if (half > 0) found.push({ broker, kind: 'transaction', messages: half })
  return found
}

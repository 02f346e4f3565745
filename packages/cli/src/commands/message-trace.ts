import type { Client, MessageTrace } from '@rocketeer/client'
import type { Command } from 'commander'
import { CommandFailed } from '../failure.js'
import { formatTime, printJson, printLine } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { bold, dim, green, red, styled, type Text, yellow } from '../styled.js'

/** Apache: TopicValidator.RMQ_SYS_TRACE_TOPIC. */
const TRACE_TOPIC = 'RMQ_SYS_TRACE_TOPIC'

export interface TraceFlags extends ClusterFlags {
  traceTopic: string
}

export function addTraceFlags(command: Command): Command {
  return addClusterFlags(command).option(
    '--trace-topic <topic>',
    'topic that clients write their trace to',
    TRACE_TOPIC,
  )
}

export function addTrace(message: Command): void {
  addTraceFlags(message.command('trace').description('show what clients traced about a message'))
    .argument('<id|key>', 'the unique message id, or a business key')
    .addHelpText(
      'after',
      `
Only producers and consumers that trace leave entries: connect({ trace: true }), in Java enableMsgTrace. Entries appear
after some seconds, and remain when the message itself is gone.

Example:
  rocketeer message trace 7F0000010A2F1B6D2C8F5A3E00000001`,
    )
    .action((idOrKey: string, flags: TraceFlags) =>
      withClient(flags, async (client) => {
        const traces = await client.admin().messages.traces(idOrKey, { traceTopic: flags.traceTopic })
        if (traces.length === 0) throw new CommandFailed(await whyUntraced(client, idOrKey, flags.traceTopic))
        if (flags.json) printJson(traces)
        else printTracesById(traces)
      }),
    )
}

async function whyUntraced(client: Client, idOrKey: string, topic: string): Promise<string> {
  const topics = await client.admin().topics.list({ system: true })
  return topics.includes(topic)
    ? `no client traced ${idOrKey} in "${topic}". Clients trace only when configured to, and their entries arrive up to 5 s late.`
    : `there is no trace topic "${topic}", so no client traced anything to it. Brokers create theirs with createTraceTopic ` +
        '(traceTopicEnable=true in a broker.conf); --trace-topic names another.'
}

/** Groups the entries by message, since several messages may have the same key. */
function printTracesById(traces: readonly MessageTrace[]): void {
  for (const messageId of new Set(traces.map((trace) => trace.msgId))) {
    printLine(bold(messageId))
    printTraces(traces.filter((trace) => trace.msgId === messageId))
  }
}

export function printTraces(traces: readonly MessageTrace[]): void {
  for (const trace of traces) printLine(styled`  ${dim(formatTime(trace.timeStamp))}  ${traceText(trace)}`)
}

function traceText(trace: MessageTrace): Text {
  const client = `group ${trace.groupName ?? 'unknown'} (${trace.clientHost})`
  switch (trace.type) {
    case 'Pub': {
      const sent = trace.msgType === 'Trans_Msg_Half' ? 'half message sent' : 'sent'
      const stored = trace.success ? '' : yellow(', stored less durably than required')
      return styled`${sent} by ${client} to ${trace.storeHost} in ${trace.costTime} ms${stored}`
    }
    case 'SubBefore':
      return `given to ${client}${trace.retryTimes > 0 ? `, retry ${trace.retryTimes}` : ''}`
    case 'SubAfter':
      return trace.success
        ? green(`handled by ${client} in ${trace.costTime} ms`)
        : red(`${FAILURES[trace.contextCode ?? 0] ?? 'failed'} in ${client} after ${trace.costTime} ms`)
    case 'EndTransaction':
      return `${OUTCOMES[trace.transactionState]} by ${client}${trace.fromTransactionCheck ? ', after a check' : ''}`
    case 'Recall':
      return trace.success ? `recalled by ${client}` : yellow(`a recall by ${client} was refused`)
  }
}

/** By ordinal of Apache's ConsumeReturnType. */
const FAILURES: Readonly<Record<number, string>> = { 1: 'took too long', 2: 'threw', 4: 'put off' }

const OUTCOMES = {
  COMMIT_MESSAGE: 'transaction committed',
  ROLLBACK_MESSAGE: 'transaction rolled back',
  UNKNOW: 'transaction left open',
} as const

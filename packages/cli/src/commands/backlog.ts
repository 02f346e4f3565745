import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@rocketeer/client'
import type { GroupBacklog, QueueBacklogNow, TopicBacklog } from '@rocketeer/toolkit/backlog'
import { type Command, Option } from 'commander'
import { parseDuration } from '../parse-time.js'
import { Progress } from '../progress.js'
import { formatBytes, formatSeconds } from '../progress-bar.js'
import { addClusterFlags, withClient } from '../session.js'
import { dim, joined, red, type Styled, styled, styledOf, yellow } from '../styled.js'
import { tableLines } from '../table.js'
import { addWatchFlags, showView, type View, type WatchFlags } from '../view.js'
import { addDiscard, addRestore } from './backlog-discard.js'
import { addGather, addSpread } from './backlog-spread.js'
import { knownGroup } from './group-known.js'

export function addBacklog(program: Command): void {
  const backlog = program
    .command('backlog')
    .description('measure what a group has not consumed, spread it over more queues, or discard it')
    .addHelpText(
      'after',
      `
Examples:
  rocketeer backlog show billing
  rocketeer backlog spread billing order-paid --dry-run
  rocketeer backlog discard billing order-paid --older-than 1h --audit discarded.jsonl`,
    )
  addShow(backlog)
  addSpread(backlog)
  addGather(backlog)
  addDiscard(backlog)
  addRestore(backlog)
}

interface ShowFlags extends WatchFlags {
  sample: number
}

function addShow(backlog: Command): void {
  addWatchFlags(
    addClusterFlags(
      backlog
        .command('show')
        .description(
          'messages, bytes and time to drain by topic and queue, what is stuck, and what would help',
        ),
    ),
  )
    .argument('<group>')
    .argument('[topic]', 'default: every topic the group consumes')
    .addOption(
      new Option('--sample <duration>', 'how long to measure rates without --watch')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .addHelpText(
      'after',
      `
Members say every 5 s how far they are, so rates need some seconds. Sizes with ≈ are estimated by samples.

Examples:
  rocketeer backlog show billing
  rocketeer backlog show billing order-paid --watch --interval 10s`,
    )
    .action((name: string, topic: string | undefined, flags: ShowFlags) =>
      withClient(flags, (client) => show(client, name, topic, flags)),
    )
}

async function show(
  client: Client,
  group: string,
  topic: string | undefined,
  flags: ShowFlags,
): Promise<void> {
  const { BacklogMeter } = await import('@rocketeer/toolkit/backlog')
  await knownGroup(client, group)
  const meter = new BacklogMeter(client, { group, topic })
  if (!flags.watch) {
    await meter.look()
    const progress = new Progress()
    progress.update(`measuring for ${formatSeconds(flags.sample / 1_000)}`)
    await pause(flags.sample)
    progress.done()
  }
  await showView(flags, async () => viewOf(await meter.look()))
}

function viewOf(backlog: GroupBacklog): View {
  return {
    // JSON has no Infinity.
    json: JSON.parse(
      JSON.stringify(backlog, (_, value) => (value === Number.POSITIVE_INFINITY ? 'never' : value)),
    ),
    lines: (columns) => linesOf(backlog, columns),
    line: joined(
      backlog.topics.map(
        ({ topic, messages, secondsToDrain }) => styled`${topic} ${messages} (${drainText(secondsToDrain)})`,
      ),
      ', ',
    ),
    problems: [],
  }
}

function linesOf(backlog: GroupBacklog, columns: number | undefined): Styled[] {
  const { topics, members, retries, deadLetters, popped, advice } = backlog
  if (topics.length === 0) return [dim('The group has not consumed anything yet.')]
  const lines = tableLines(
    ['topic', 'queues', 'members', 'messages', 'size', 'in/s', 'out/s', 'drained in'],
    topics.map((topic) => topicRow(topic, members)),
    { columns, whole: ['size', 'drained in'] },
  )
  const behind = topics.flatMap(({ queues }) => queues.filter(({ messages }) => messages > 0))
  if (behind.length > 0) {
    lines.push(styledOf(''))
    lines.push(
      ...tableLines(
        ['topic', 'broker', 'queue', 'messages', 'size', 'in/s', 'out/s', 'state'],
        behind.map(queueRow),
        { columns, whole: ['size'] },
      ),
    )
  }
  lines.push(styledOf(''))
  const least = retries.partial ? 'at least ' : ''
  const failed = retries.ready + retries.delayed
  if (failed > 0) lines.push(styled`retries: ${least}${failed}`)
  if (popped !== undefined && popped > 0) lines.push(styled`popped and not acknowledged: ${popped}`)
  if (deadLetters.messages > 0) lines.push(red(`dead letters: ${deadLetters.messages}`))
  lines.push(...advice.map(({ text }) => styledOf(text)))
  return lines
}

function topicRow(
  { topic, queues, messages, bytes, bytesAreExact, rates, secondsToDrain }: TopicBacklog,
  members: number,
) {
  const drained = drainText(secondsToDrain)
  return [
    topic,
    queues.length,
    members,
    messages,
    `${bytesAreExact ? '' : '≈ '}${formatBytes(bytes)}`,
    rateOf(rates?.inPerSecond),
    rateOf(rates?.outPerSecond),
    drained === 'never' ? red(drained) : drained,
  ]
}

function queueRow({ queue, messages, bytes, rates, isStuck }: QueueBacklogNow) {
  return [
    queue.topic,
    queue.brokerName,
    queue.queueId,
    messages,
    formatBytes(bytes),
    rateOf(rates?.inPerSecond),
    rateOf(rates?.outPerSecond),
    isStuck ? yellow('stuck') : '',
  ]
}

function rateOf(perSecond: number | undefined): number | undefined {
  if (perSecond === undefined) return undefined
  return perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond)
}

function drainText(seconds: number | undefined): string {
  if (seconds === undefined) return '-'
  return seconds === 0 ? 'done' : formatSeconds(seconds)
}

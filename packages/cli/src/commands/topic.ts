import type { Client, TopicChange, TopicSettings } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { formatPermission, formatTime, printJson, printLine, printTable, warn } from '../output.js'
import { parsePermission, parseQueueCount, parseTopicType, TOPIC_TYPES } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { registeredBrokers } from './cluster-brokers.js'
import { addDelete } from './topic-delete.js'
import { addOrder, warnOfSilentNameservers } from './topic-order.js'
import { addPermission } from './topic-permission.js'
import { addTail } from './topic-tail.js'

export function addTopic(program: Command): void {
  const topic = program
    .command('topic')
    .description('look at, create, change and delete topics')
    .addHelpText(
      'after',
      '\nExamples:\n  rocketeer topic list\n  rocketeer topic create order-paid --queues 16',
    )
  addList(topic)
  addCreate(topic)
  addDelete(topic)
  addRoute(topic)
  addStats(topic)
  addOrder(topic)
  addPermission(topic)
  addTail(topic)
}

function addList(topic: Command): void {
  addClusterFlags(topic.command('list').description('list the names of all topics'))
    .option('--system', "also RocketMQ's own")
    .addHelpText('after', '\nExample:\n  rocketeer topic list --json')
    .action((flags: ClusterFlags & { system?: boolean }) =>
      withClient(flags, async (client) => {
        const names = await client.admin().topics.list({ system: flags.system === true })
        if (names.length === 0) await registeredBrokers(client, flags)
        if (flags.json) printJson(names)
        else if (names.length > 0) for (const name of names) printLine(name)
        else
          printLine('No topics yet. Sending to a topic creates it: rocketeer send hello "my first message"')
      }),
    )
}

interface CreateFlags extends ClusterFlags {
  queues?: number
  permission?: number
  order?: boolean
  type?: NonNullable<TopicSettings['type']>
}

function addCreate(topic: Command): void {
  addClusterFlags(
    topic
      .command('create')
      .description('create a topic on every broker; of a topic there is, change what is given'),
  )
    .argument('<topic>')
    .option('-q, --queues <n>', 'queues on each broker (8)', parseQueueCount)
    .option('--permission <perm>', 'r, w or rw (rw)', parsePermission)
    .addOption(
      new Option('--type <type>', 'kind of messages (NORMAL)').choices(TOPIC_TYPES).argParser(parseTopicType),
    )
    .option('--order', 'an order topic: its list of queues stays the same while a broker is down')
    .option('--no-order', 'an ordinary topic again')
    .addHelpText('after', '\nExample:\n  rocketeer topic create order-paid --queues 16')
    .action((name: string, flags: CreateFlags) =>
      withClient(flags, async (client) => {
        const { queues, permission: perm, order, type } = flags
        const brokers = await createOrChange(client, name, { queues, perm, order, type })
        if (order) await warnOfSilentNameservers(client)
        if (flags.json) printJson({ topic: name, brokers })
        else printLine(`${name} is on ${brokers.join(', ')}`)
      }),
    )
}

/** Leaves what is not given as it is where the topic exists: a topic that is being drained stays so. Resolves to the brokers. */
async function createOrChange(client: Client, topic: string, settings: TopicSettings): Promise<string[]> {
  const { topics, brokers } = client.admin()
  const changed = await topics.update(topic, settings).catch((error): TopicChange[] => {
    if (isRocketeerError(error, 'NO_ROUTE') || isRocketeerError(error, 'TOPIC_NOT_ON_BROKER')) return []
    throw error
  })
  const masters = (await brokers.list()).filter(({ brokerId }) => brokerId === 0)
  const names = masters.map(({ brokerName }) => brokerName)
  const without = names.filter((name) => !changed.some(({ brokerName }) => brokerName === name))
  if (without.length > 0) await topics.create(topic, { ...settings, brokers: without })
  if (settings.perm === undefined) warnOfPermissions(topic, changed)
  return names
}

function warnOfPermissions(topic: string, changed: readonly TopicChange[]): void {
  for (const { brokerName, now } of changed.filter(({ now }) => now.perm !== 6)) {
    const permission = formatPermission(now.perm)
    warn('note', `${topic} stays ${permission} on ${brokerName}: --permission rw changes that`)
  }
}

function addRoute(topic: Command): void {
  addClusterFlags(topic.command('route').description('where a topic is: brokers, addresses, queues'))
    .argument('<topic>')
    .addHelpText('after', '\nExample:\n  rocketeer topic route order-paid')
    .action((name: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const route = await client.admin().topics.route(name)
        const type = await client.admin().topics.type(name)
        if (flags.json) {
          const brokers = route.brokerDatas.map((data) => ({
            ...data,
            brokerAddrs: Object.fromEntries(data.brokerAddrs),
          }))
          printJson({ type, queues: route.queueDatas, brokers })
          return
        }
        const rows = route.queueDatas.map((queues) => {
          const broker = route.brokerDatas.find((data) => data.brokerName === queues.brokerName)
          const addresses = [...(broker?.brokerAddrs ?? [])].map(([id, address]) => `${id}=${address}`)
          return [
            queues.brokerName,
            addresses.join(' '),
            queues.readQueueNums,
            queues.writeQueueNums,
            formatPermission(queues.perm),
          ]
        })
        printTable(['broker', 'addresses', 'read', 'write', 'perm'], rows, 'No broker has the topic.')
        if (type !== 'NORMAL') printLine(`for messages of type ${type}`)
      }),
    )
}

function addStats(topic: Command): void {
  addClusterFlags(topic.command('stats').description('offsets and time of the last message of each queue'))
    .argument('<topic>')
    .addHelpText('after', '\nExample:\n  rocketeer topic stats order-paid')
    .action((name: string, flags: ClusterFlags) =>
      withClient(flags, async (client) => {
        const stats = await client.admin().topics.stats(name)
        if (flags.json) {
          printJson(stats)
          return
        }
        const rows = stats.map(({ queue, minOffset, maxOffset, lastUpdateTimestamp }) => [
          queue.brokerName,
          queue.queueId,
          minOffset,
          maxOffset,
          maxOffset - minOffset,
          formatTime(lastUpdateTimestamp),
        ])
        printTable(
          ['broker', 'queue', 'min', 'max', 'messages', 'last message'],
          rows,
          'The topic has no queues.',
          { whole: ['last message'] },
        )
      }),
    )
}

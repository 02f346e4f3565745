import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, silentLogger } from '@rocketeer/foundation'
import { type Command, defineCommand, optional, ResponseCode, text } from '@rocketeer/protocol'
import { KVTable } from '@rocketeer/protocol/bodies'
import * as everyCommand from '@rocketeer/protocol/commands'
import { type Connection, RemotingClient, type Response } from '@rocketeer/remoting'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Server, startServer } from './start-server.js'
import { type HostileRequest, hostileRequests } from './testing/hostile-values.js'
import { soundBodies } from './testing/sound-bodies.js'

const { getAllSubscriptiongroupConfig, getAllTopicConfig, getBrokerRuntimeInfo, heartBeat, pullMessage } =
  everyCommand

const commands = Object.values(everyCommand).filter(
  (each): each is Command => 'request' in each && 'code' in each && 'plans' in each.request,
)

/** What was logged as an error: what a handler threw that is no refusal. */
let errors: string[]
let directory: string
let server: Server
let client: RemotingClient

beforeEach(async () => {
  errors = []
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-hostile-'))
  server = await start()
  client = new RemotingClient()
})
afterEach(async () => {
  await client.close()
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

function start(): Promise<Server> {
  const error: Logger['error'] = (facts, message) => {
    const { command, err } = facts as { command?: string; err?: Error }
    errors.push(`${command}: ${message}: ${err?.stack}`)
  }
  return startServer({ directory, brokerName: 'broker-a', logger: { ...silentLogger, error } })
}

it('brokers answer every wrong request, store nothing of one that is malformed, and go on', {
  timeout: 60_000,
}, async () => {
  const connection = await client.connection(server.broker.address)
  const answered: string[] = []
  for (const command of commands) {
    await sendAndRead(connection)
    const stored = await whatIsStored(connection)
    const malformed = all(command).filter(({ mustBeRefused }) => mustBeRefused)
    if (!(await refuses(connection, command, malformed))) continue
    answered.push(command.name)
    expect(await whatIsStored(connection), command.name).toEqual(stored)
    await survives(connection, command)
  }
  await sendAndRead(connection)
  expect(errors).toEqual([])
  expect(answered.length).toBeGreaterThan(80)

  await server.close()
  server = await start()
  await sendAndRead(await client.connection(server.broker.address))
  expect(errors).toEqual([])
})

it('nameservers answer every wrong request and go on', { timeout: 60_000 }, async () => {
  const connection = await client.connection(server.nameservers[0]!)
  const answered: string[] = []
  for (const command of commands) {
    const malformed = all(command).filter(({ mustBeRefused }) => mustBeRefused)
    if (!(await refuses(connection, command, malformed))) continue
    answered.push(command.name)
    await survives(connection, command)
  }
  const { body } = await connection.request(everyCommand.getBrokerClusterInfo, {})
  expect(everyCommand.ClusterInfo.decode(body).brokerAddrTable.get('broker-a')).toBeDefined()
  expect(errors).toEqual([])
  expect(answered.length).toBeGreaterThan(20)
})

const all = (command: Command): HostileRequest[] => [
  ...hostileRequests(command, soundBodies[command.name] ?? ''),
]

/** Resolves to false when the peer has no handler for the command. */
async function refuses(
  connection: Connection,
  command: Command,
  requests: HostileRequest[],
): Promise<boolean> {
  const probe = await ask(connection, command, all(command)[0]!)
  if (probe.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED) return false
  const answers = await Promise.all(requests.map((request) => ask(connection, command, request)))
  answers.forEach(({ code, remark }, index) => {
    const { wrong } = requests[index]!
    expect([code, remark], `${command.name} ${wrong}`).toEqual([
      expect.any(Number),
      expect.stringContaining(command.name),
    ])
    expect(code, `${command.name} ${wrong}`).not.toBe(ResponseCode.SUCCESS)
  })
  return true
}

async function survives(connection: Connection, command: Command): Promise<void> {
  const waiting: Promise<unknown>[] = []
  const awaited: Promise<unknown>[] = []
  for (const request of all(command)) {
    const answer = ask(connection, command, request)
    ;(request.mayWait ? waiting : awaited).push(answer)
  }
  for (const answer of waiting) answer.catch(() => {})
  await Promise.all(awaited)
  expect(connection.closed, command.name).toBe(false)
}

/** Sends what no client of ours would send: header fields as they are, or none. */
function ask(
  connection: Connection,
  { code, request }: Command,
  { fields, body }: HostileRequest,
): Promise<Response> {
  const raw = defineCommand({
    code,
    request: Object.fromEntries(request.plans.map(({ wireName }) => [wireName, optional(text())])),
  })
  return connection.request(raw, fields, body, { timeoutMs: 30_000 })
}

/** What an honest client does: joins, sends and reads what it has sent. */
async function sendAndRead(connection: Connection): Promise<void> {
  await connection.request(heartBeat, {}, Buffer.from(JSON.stringify(soundBodies.HEART_BEAT)))
  const sent = await connection.request(
    everyCommand.sendMessage,
    {
      ...{ producerGroup: 'producers', topic: 'honest', defaultTopic: 'TBW102', defaultTopicQueueNums: 1 },
      ...{ queueId: 0, sysFlag: 0, bornTimestamp: Date.now(), flag: 0 },
    },
    Buffer.from('honest'),
  )
  expect([sent.code, sent.remark]).toEqual([ResponseCode.SUCCESS, undefined])
  const read = await connection.request(pullMessage, {
    ...{ consumerGroup: 'readers', topic: 'honest', queueId: 0, queueOffset: sent.fields.queueOffset },
    ...{
      maxMsgNums: 1,
      sysFlag: 4,
      commitOffset: 0,
      suspendTimeoutMillis: 0,
      subVersion: 0,
      subscription: '*',
    },
  })
  expect(read.body.includes('honest')).toBe(true)
}

async function whatIsStored(connection: Connection) {
  const { table } = KVTable.decode((await connection.request(getBrokerRuntimeInfo, {})).body)
  const topics = await connection.request(getAllTopicConfig, {})
  const groups = await connection.request(getAllSubscriptiongroupConfig, {})
  return [table.get('commitLogMaxOffset'), topics.body.toString(), groups.body.toString()]
}

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, repositoryRoot, TemporaryDirectory } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { absentRows } from './mqadmin-rows/absent.js'
import { brokerRows } from './mqadmin-rows/brokers.js'
import { consumerRows, messageRows } from './mqadmin-rows/messages.js'
import type { MqadminRow } from './mqadmin-rows/row.js'
import { deletionRows, topicRows } from './mqadmin-rows/topics.js'
import { Peer, type PeerKind } from './peers/peer.js'
import { ConsumerProgram, javaPrograms } from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

/** Servers, and the values of names that rows have in braces. */
interface Scene {
  peer: Peer
  directory: TemporaryDirectory
  names: Record<string, string>
  consumer?: ConsumerProgram
}

const MESSAGES_OF_ORDERS = 2

let admin: Mqadmin
const scenes: Partial<Record<PeerKind, Scene>> = {}

beforeAll(async () => {
  admin = await Mqadmin.start()
  await Promise.all((['ours', 'apache'] as const).map(start))
})
afterAll(async () => {
  await admin?.[Symbol.asyncDispose]()
  for (const { consumer, peer, directory } of Object.values(scenes)) {
    await consumer?.kill()
    await peer.close()
    await directory.remove()
  }
})

async function start(kind: PeerKind): Promise<void> {
  const peer = await Peer.start(kind, { properties: { traceTopicEnable: true } })
  const directory = await TemporaryDirectory.create('mqadmin-')
  const topics = [{ topicName: 'listed', readQueueNums: 3, writeQueueNums: 3, perm: 6 }]
  await writeFile(join(directory.path, 'topics.json'), JSON.stringify(topics))
  const groups = [{ groupName: 'listed-group', retryMaxTimes: 7 }]
  await writeFile(join(directory.path, 'groups.json'), JSON.stringify(groups))
  const names = {
    broker: peer.broker.address,
    nameserver: peer.nameserver.address,
    directory: directory.path,
    log: join(peer.broker.storeDirectory, 'commitlog', '0'.repeat(20)),
  }
  scenes[kind] = { peer, directory, names }
}

const filled = ({ names }: Scene, text: string) =>
  text.replace(/\{(\w+)\}/g, (word, name) => names[name] ?? word)

const call = (scene: Scene, words: readonly string[], until?: string) =>
  admin.output([...words.map((word) => filled(scene, word)), '-n', scene.names.nameserver!], until)

/** Expressions, too, may have names of the scene in braces. */
function expectPrinted(scene: Scene, printed: string, pattern: RegExp): void {
  const source = pattern.source.replace(
    /\{([a-z]\w*)\}/gi,
    (word, name) => escaped(scene.names[name]) ?? word,
  )
  expect(printed).toMatch(new RegExp(source, pattern.flags))
}

const escaped = (text: string | undefined) => text?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

async function run(row: MqadminRow, kind: PeerKind): Promise<string> {
  const scene = scenes[kind]!
  const expected = (kind === 'apache' && row.apache) || row.prints
  const once = async () => {
    const printed = await call(scene, row.call, row.until)
    if (!row.apache) expect(printed).not.toMatch(/Exception: CODE: (?!17)/)
    if (expected) expectPrinted(scene, printed, expected)
    return printed
  }
  const printed = row.soon ? await eventually(once, { withinMs: 30_000, everyMs: 500 }) : await once()
  if (row.keep) scene.names[row.keep[0]] = row.keep[1].exec(printed)![1]!
  if (row.shows) {
    const [words, pattern] = row.shows
    await eventually(async () => expectPrinted(scene, await call(scene, words), pattern), {
      withinMs: 30_000,
    })
  }
  return printed
}

function rowsAreAnswered(rows: readonly MqadminRow[]): void {
  it.each(rows.map((row) => [row.call.join(' '), row] as const))('%s', async (_line, row) => {
    const ours = await run(row, 'ours')
    const apache = await run(row, 'apache')
    if (row.same) expect(normalized(ours, scenes.ours!)).toEqual(normalized(apache, scenes.apache!))
  })
}

/** The lines in sorted order, without parts that differ from run to run. */
function normalized(printed: string, { names }: Scene): string[] {
  const text = printed
    .replaceAll(names.directory!, 'DIRECTORY')
    // The tools' own group, which is still registered or is not, by milliseconds.
    .replace(/^TOOLS_CONSUMER .*\n?/gm, '')
    .replace(/\S+@\d+#\d+/g, 'CLIENT')
    .replace(/\b[0-9A-F]{32,}\b/g, 'ID')
    .replace(/\/?127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[,.:]\d+/g, 'TIME')
    .replace(/\b\d{13}\b/g, 'TIME')
    .replace(/\b\d+\.\d+\b/g, 'FIGURE')
    // The timers of an idle broker, which Apache's reads once a second: they are up to one second behind.
    .replace(/\b[01]-0\(0\.0w/g, 'IDLE(0.0w')
    .replace(/Properties: +\{(.*)\}/g, (_, list: string) => `Properties: ${list.split(', ').sort()}`)
    .replace(/physicOffset=\d+/g, 'physicOffset=PLACE')
    .replace(/(CommitLog Offset|#MasterCommitLogMaxOffset):?\s+\d+/g, '$1 PLACE')
  const lines = text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))
  return lines.filter((line) => line !== '').sort()
}

describe('every mqadmin command of Apache 5.5', () => {
  it('has a row, and a place in the documentation', async () => {
    const listed = [...(await admin.output([])).matchAll(/^ {3}(\w+) /gm)].map(([, name]) => name!)
    expect(listed.length).toBeGreaterThan(90)
    const rows = [
      ...topicRows,
      ...messageRows,
      ...consumerRows,
      ...brokerRows,
      ...absentRows,
      ...deletionRows,
    ]
    expect([...new Set(rows.map(({ call: [name] }) => name))].sort()).toEqual(listed.sort())
    for (const page of ['docs/operations.md', 'docs/zh-CN/operations.md']) {
      const text = await readFile(join(repositoryRoot, page), 'utf8')
      expect(listed.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
    }
  })
})

describe('topics and groups', () => rowsAreAnswered(topicRows))

describe('messages', () => rowsAreAnswered(messageRows))

describe('a consumer', () => {
  beforeAll(async () => {
    await Promise.all(
      Object.values(scenes).map(async (scene) => {
        const { address: nameservers } = scene.peer.nameserver
        scene.consumer = await ConsumerProgram.start(javaPrograms('JSON'), {
          nameservers,
          group: 'billing',
          topic: 'orders',
        })
        await scene.consumer.received(MESSAGES_OF_ORDERS)
      }),
    )
  })
  rowsAreAnswered(consumerRows)
})

describe('brokers and nameservers', () => rowsAreAnswered(brokerRows))

describe('commands that do not apply here', () => rowsAreAnswered(absentRows))

describe('deleting', () => rowsAreAnswered(deletionRows))

// By hand: node packages/store/apache-check/check.mjs <folder with Apache RocketMQ's jars> [full]
// Our store and Apache's take turns on one directory, each after a clean stop and after a kill of the other, and must
// see the same messages every time. `full` uses the default file sizes instead of small ones.
import { deepStrictEqual } from 'node:assert'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { javaHashCode } from '@rocketeer/protocol'
import { MessageStore } from '../dist/index.js'
import { message, readAll } from '../dist/testing/store-fixture.js'

const KEYS = ['T/key7', 'T/other7', 'T/ID7', 'T/key1100', 'A/key7', 'A/key299']
const [jars, size, childDirectory, count, from, end] = process.argv.slice(2)
const sizes =
  size === 'full'
    ? {
        commitLogFileBytes: 1 << 30,
        consumeQueueFileEntries: 300_000,
        indexFileSlots: 5e6,
        indexFileEntries: 2e7,
      }
    : { commitLogFileBytes: 1 << 16, consumeQueueFileEntries: 50, indexFileSlots: 100, indexFileEntries: 400 }

if (childDirectory) await ours(childDirectory, Number(count), Number(from), end)
else takeTurns()

function takeTurns() {
  const scratch = mkdtempSync(join(tmpdir(), 'rocketeer-apache-check-'))
  try {
    execFileSync('javac', [
      '-cp',
      `${jars}/*`,
      '-d',
      scratch,
      fileURLToPath(new URL('StoreTool.java', import.meta.url)),
    ])
    const data = join(scratch, 'data')
    const turns = [
      ['ours', runOurs(data, 1000, 0, 'close')],
      ['apache after our clean stop', runApache(scratch, data, 0, 'close')],
      ['apache appends', runApache(scratch, data, 300, 'close')],
      ['ours after its clean stop', runOurs(data, 0, 0, 'close')],
      ['ours appends, killed', runOurs(data, 300, 1000, 'kill')],
      ['apache after our kill', runApache(scratch, data, 0, 'halt')],
      ['ours after its kill', runOurs(data, 0, 0, 'close')],
      ['apache appends, killed', runApache(scratch, data, 200, 'halt')],
      ['ours after its kill', runOurs(data, 0, 0, 'close')],
    ]
    for (const [index, before, after] of [
      [1, 0, 1],
      [3, 2, 3],
      [5, 4, 5],
      [6, 5, 6],
      [8, 7, 8],
    ]) {
      deepStrictEqual(turns[after][1], turns[before][1], turns[index][0])
      console.log(`same: ${turns[index][0]}`)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function runOurs(data, messages, first, how) {
  const self = fileURLToPath(import.meta.url)
  return linesOf(
    spawnSync(process.execPath, [self, jars, size ?? 'small', data, messages, first, how], {
      encoding: 'utf8',
    }),
  )
}

function runApache(scratch, data, messages, how) {
  const opens = ['java.base/java.nio', 'java.base/java.lang'].map((name) => `--add-opens=${name}=ALL-UNNAMED`)
  const exported = ['java.base/jdk.internal.ref', 'java.base/sun.nio.ch'].map(
    (name) => `--add-exports=${name}=ALL-UNNAMED`,
  )
  const properties = Object.entries({ ...sizes, 'user.home': scratch }).map(
    ([name, value]) => `-D${name}=${value}`,
  )
  const program = ['-cp', `${scratch}:${jars}/*`, 'StoreTool', data, String(messages), how, ...KEYS]
  return linesOf(
    spawnSync('java', ['-Xmx512m', ...opens, ...exported, ...properties, ...program], { encoding: 'utf8' }),
  )
}

function linesOf({ stdout, stderr }) {
  const lines = stdout.split('\n').filter((line) => line.startsWith('CHECK'))
  if (lines.length < 2 + KEYS.length) throw new Error(`no result:\n${stdout.slice(-2000)}\n${stderr}`)
  return lines
}

async function ours(directory, messages, first, how) {
  const store = await MessageStore.open({ directory, ...sizes })
  for (let i = first; i < first + messages; i++) {
    await store.append(
      message({ queueId: i % 3, body: `ours-${i}`, keys: `key${i} other${i}`, uniqueKey: `ID${i}` }),
    )
  }
  const lines = []
  for (const { topic, queueId, minOffset, maxOffset } of store.queues()) {
    let hash = 0
    for (const { queueOffset, body } of await readAll(store, topic, queueId)) {
      hash = (Math.imul(hash, 31) + javaHashCode(`${queueOffset}${body}`)) | 0
    }
    lines.push(`CHECK queue ${topic} ${queueId} ${minOffset} ${maxOffset} ${hash}`)
  }
  console.log(`CHECK end ${store.stats.maxPhysicalOffset}`)
  console.log(lines.sort().join('\n'))
  for (const topicAndKey of KEYS) {
    const range = { messagesMax: 32, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
    const found = await store.query(...topicAndKey.split('/'), range)
    console.log(`CHECK key ${topicAndKey} ${found.length}`)
  }
  if (how === 'kill') process.kill(process.pid, 'SIGKILL')
  await store.close()
}

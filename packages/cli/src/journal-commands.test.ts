import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type JournaledReceipt } from '@rocketeer/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outputOf, rocketeer } from './testing/command.js'
import { ServerCommands } from './testing/server-commands.js'

const NOWHERE = '127.0.0.1:1'

describe('rocketeer journal', () => {
  let commands: ServerCommands
  let directory: string
  let path: string
  beforeAll(async () => {
    commands = await ServerCommands.start()
  })
  afterAll(() => commands.stop())
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rocketeer-journal-'))
    path = join(directory, 'journal')
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Fills the journal while no cluster can be reached. */
  async function fill(...bodies: string[]): Promise<string[]> {
    const client = await connect({ nameservers: NOWHERE, startOffline: true })
    client.on('problem', () => {})
    const producer = client.producer({ journal: path, sendTimeoutMs: 100 })
    const ids: string[] = []
    for (const body of bodies) {
      const receipt = await producer.send({ topic: 'journaled', body, key: `key-${body}` }, { orderKey: 'k' })
      ids.push((receipt as JournaledReceipt).messageId)
    }
    await client.close()
    return ids
  }
  const json = async (...args: readonly string[]) =>
    JSON.parse(await outputOf(['journal', ...args, '--json']))
  const refused = async (code: number, args: readonly string[], part: string) => {
    const outcome = await rocketeer(['journal', ...args])
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' })
    expect(outcome.stderr).toContain(part)
    expect(outcome.stderr).not.toContain('This was not expected')
  }

  it('lists, shows, verifies and delivers what waits', async () => {
    const [first] = await fill('one', 'two', '三')
    expect(await json('list', path)).toMatchObject([
      { messageId: first, topic: 'journaled', keys: ['key-one'], orderKey: 'k', body: 'one' },
      { body: 'two' },
      { body: '三' },
    ])
    const text = await outputOf(['journal', 'list', path])
    expect(text).toMatch(/journaled .*message id.*\n.* journaled +key-one +k +[0-9A-F]{32} +3 +waits\n/)
    expect(await outputOf(['journal', 'show', path, first!])).toMatch(/order key +k\n[\s\S]*\n\none\n$/)
    expect(await outputOf(['journal', 'verify', path])).toContain(
      '3 waiting, 0 set aside, 0 delivered, 0 dropped',
    )
    expect(await commands.json('journal', 'deliver', path)).toEqual({ delivered: 3, setAside: 0, left: 0 })
    expect(await commands.json('message', 'key', 'journaled', 'key-one')).toMatchObject([
      { messageId: first },
    ])
    expect(await outputOf(['journal', 'list', path])).toContain('Nothing waits in this journal')
  })

  it('drops what it is told to, with a reason', async () => {
    const [first, second] = await fill('one', 'two')
    const why = ['--reason', 'sent by hand']
    await refused(2, ['drop', path, ...why], 'name message ids')
    await refused(2, ['drop', path, 'FF', ...why, '--yes'], 'not in the journal: FF')
    await refused(2, ['drop', path, first!, ...why], 'this would drop 1 message from the journal')
    expect(await outputOf(['journal', 'drop', path, first!, ...why, '--dry-run'])).toBe(
      '1 message would be dropped\n',
    )
    expect(await json('drop', path, first!, ...why, '--yes')).toMatchObject([{ messageId: first }])
    expect(await json('list', path)).toMatchObject([{ messageId: second }])
    const kept = JSON.parse(await readFile(join(path, 'dropped.jsonl'), 'utf8'))
    expect(kept).toMatchObject({
      messageId: first,
      reason: 'sent by hand',
      body: Buffer.from('one').toString('base64'),
    })
  })

  it('says what is damaged', async () => {
    await fill('one', 'two', 'three')
    const file = join(path, '00000001.messages')
    const bytes = await readFile(file)
    bytes[bytes.indexOf('two')]! ^= 1
    await writeFile(file, bytes)
    const outcome = await rocketeer(['journal', 'verify', path])
    expect(outcome).toMatchObject({ code: 1, stdout: expect.stringContaining('2 waiting') })
    expect(outcome.stderr).toContain(`of ${file} are no message`)
  })

  it('refuses what another process has open, except for reading', async () => {
    const client = await connect({ nameservers: NOWHERE, startOffline: true })
    client.on('problem', () => {})
    const producer = client.producer({ journal: path, sendTimeoutMs: 100 })
    await producer.send({ topic: 'journaled', body: 'one' })
    expect(await json('list', path)).toMatchObject([{ body: 'one' }])
    await commands.expectRefused(1, ['journal', 'deliver', path], `in use by process ${process.pid}`)
    await refused(1, ['drop', path, '--all', '--reason', 'r', '--yes'], `in use by process ${process.pid}`)
    await client.close()
    await refused(2, ['list', join(path, 'other')], 'there is no directory')
    await refused(2, ['list', directory], 'holds no journal')
    await refused(2, ['list', process.execPath], 'is no directory')
  })
})

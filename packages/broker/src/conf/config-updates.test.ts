import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { nodeFileSystem } from '@rocketeer/files'
import { type Logger, silentLogger } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from '../options/live-config.js'
import { ConfigUpdates, configUpdatesPath } from './config-updates.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-updates-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A start of the broker with options as its file and command line say. */
async function start(options: object = {}, commandLineOptions: string[] = [], logger: Logger = silentLogger) {
  const config = new LiveConfig(parseBrokerOptions({ directory: directory, ...options }))
  const updates = await ConfigUpdates.open({
    directory,
    files: nodeFileSystem,
    config,
    logger,
    commandLineOptions,
  })
  return { config, updates }
}

async function leave(text: string): Promise<string> {
  const path = configUpdatesPath(directory)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

describe('changes of the configuration', () => {
  it('outlast a restart, and win over the configuration file', async () => {
    const { config, updates } = await start({ defaultTopicQueues: 4 })
    await updates.change({ defaultTopicQueues: 6, autoCreateTopics: false })
    expect(config.current).toMatchObject({ defaultTopicQueues: 6, autoCreateTopics: false })
    const again = await start({ defaultTopicQueues: 4 })
    expect(again.config.current).toMatchObject({ defaultTopicQueues: 6, autoCreateTopics: false })
    expect(again.updates.names).toEqual(['autoCreateTopicEnable', 'defaultTopicQueueNums'])
    await again.updates.change({ deleteWhen: '03;15' })
    expect((await start()).config.current).toMatchObject({ deleteWhen: '03;15', defaultTopicQueues: 6 })
  })

  it('lose against the command line, and are kept all the same', async () => {
    await (await start()).updates.change({ defaultTopicQueues: 6, fileReservedHours: 24 })
    const { config, updates } = await start({ defaultTopicQueues: 4 }, ['defaultTopicQueues'])
    expect(config.current).toMatchObject({ defaultTopicQueues: 4, fileReservedHours: 24 })
    expect(updates.names).toEqual(['defaultTopicQueueNums', 'fileReservedTime'])
  })

  it('are in a file that says what it is', async () => {
    const { updates } = await start()
    expect(updates.path).toBe(join(directory, 'config', 'broker-updates.conf'))
    await updates.change({ traceMessages: false })
    expect(await readFile(updates.path, 'utf8')).toMatch(
      /^# Options that were changed(.*\n)+traceOn=false\n$/,
    )
  })

  it.each([[{ brokerName: 'other' }], [{ defaultTopicQueues: 0 }]])(
    'keep nothing of %o',
    async (changes: object) => {
      const { updates } = await start()
      await expect(updates.change(changes)).rejects.toThrow()
      expect(updates.names).toEqual([])
      await expect(readFile(updates.path)).rejects.toMatchObject({ code: 'ENOENT' })
    },
  )

  it('pass over lines that have no meaning, and refuse values that cannot be', async () => {
    const warned: unknown[] = []
    const logger: Logger = { ...silentLogger, warn: (facts) => warned.push(facts) }
    const path = await leave('brokerName=other\ndefaultTopicQueueNums=3\n')
    const { config, updates } = await start({}, [], logger)
    expect(config.current.brokerName).not.toBe('other')
    expect(updates.names).toEqual(['defaultTopicQueueNums'])
    expect(warned).toEqual([{ path, option: 'brokerName' }])
    await leave('defaultTopicQueueNums=many\n')
    await expect(start()).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(path),
    })
  })
})

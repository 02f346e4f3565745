import { atEveryPowerCut, SimulatedDisk } from '@rocketeer/faulty-files'
import { silentLogger } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { ConfigFile, readConfigFile } from './config-file.js'

const path = '/data/config/topics.json'
const decode = (text: Buffer) => JSON.parse(text.toString()) as { counter: number }

it('a power cut at any moment leaves the content before or after a change', async () => {
  const steps = await atEveryPowerCut({
    before: async (files) => {
      await new ConfigFile({ files, path, encode: () => '{"counter":1}' }).save()
      await new ConfigFile({ files, path, encode: () => '{"counter":2}' }).save()
    },
    change: (files) => new ConfigFile({ files, path, encode: () => '{"counter":3}' }).save(),
    after: async (files, ended) => {
      const content = await readConfigFile({ files, path, decode, logger: silentLogger })
      expect(ended ? [3] : [2, 3]).toContain(content?.counter)
    },
  })
  expect(steps).toBeGreaterThan(4)
})

it('calls during a write share the one that follows', async () => {
  const files = new SimulatedDisk()
  let counter = 0
  const file = new ConfigFile({ files, path, encode: () => `{"counter":${++counter}}` })
  const first = file.save()
  await Promise.resolve()
  await Promise.all([first, file.save(), file.save(), file.save()])
  expect(counter).toBeLessThanOrEqual(2)
  expect(await readConfigFile({ files, path, decode, logger: silentLogger })).toEqual({ counter })
})

import { SimulatedDisk } from '@rocketeer/faulty-files'
import { ManualClock, silentLogger } from '@rocketeer/foundation'
import { beforeEach, describe, expect, it } from 'vitest'
import { readConfigFile } from './config-file.js'
import { ConfigTable } from './config-table.js'

interface Config {
  readonly queues: number
}

const path = '/data/config/topics.json'

let disk: SimulatedDisk
let table: ConfigTable<Config>

beforeEach(() => {
  disk = new SimulatedDisk()
  table = new ConfigTable<Config>({
    files: disk,
    path,
    clock: new ManualClock(0),
    encode: ({ version, configs }) =>
      Buffer.from(JSON.stringify({ counter: version.counter, configs: Object.fromEntries(configs) })),
  })
})

function written(): Promise<unknown> {
  const decode = (text: Buffer) => JSON.parse(text.toString())
  return readConfigFile({ files: disk, path, decode, logger: silentLogger })
}

describe('ConfigTable', () => {
  it('shows a change at once, and an addition when it is written', async () => {
    const changed = table.change([['orders', { queues: 1 }]])
    expect(table.get('orders')).toEqual({ queues: 1 })
    await changed
    const added = table.add('payments', { queues: 2 })
    expect(table.get('payments')).toBeUndefined()
    expect(await added).toEqual({ queues: 2 })
    expect(table.get('payments')).toEqual({ queues: 2 })
    expect(table.version.counter).toBe(2)
    expect(await written()).toEqual({
      counter: 2,
      configs: { orders: { queues: 1 }, payments: { queues: 2 } },
    })
  })

  it('adds a name once, and gives everybody the same configuration', async () => {
    const both = [table.add('orders', { queues: 1 }), table.add('orders', { queues: 2 })]
    expect(await Promise.all(both)).toEqual([{ queues: 1 }, { queues: 1 }])
    expect(await table.add('orders', { queues: 3 })).toEqual({ queues: 1 })
    expect(table.version.counter).toBe(1)
  })

  it('keeps what an administrator sets while the name is being added', async () => {
    const added = table.add('orders', { queues: 1 })
    await table.change([['orders', { queues: 2 }]])
    expect(await added).toEqual({ queues: 2 })
    expect(table.get('orders')).toEqual({ queues: 2 })
    await table.close()
    expect(await written()).toMatchObject({ configs: { orders: { queues: 2 } } })
  })

  it('forgets an addition that could not be written', async () => {
    disk.cutPowerAfter(0)
    await expect(table.add('orders', { queues: 1 })).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_SAVED' })
    expect(table.get('orders')).toBeUndefined()
    disk.restart(() => false)
    expect(await table.add('orders', { queues: 2 })).toEqual({ queues: 2 })
    expect(await written()).toEqual({ counter: 1, configs: { orders: { queues: 2 } } })
  })
})

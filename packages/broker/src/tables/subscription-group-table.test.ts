import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock, silentLogger } from '@rocketeer/foundation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subscriptionGroupConfig } from './group-config.js'
import { SubscriptionGroupTable } from './subscription-group-table.js'

let directory: string
const clock = new ManualClock(1_700_000_000_000)

function open(autoCreateGroups = true, logger = silentLogger): Promise<SubscriptionGroupTable> {
  const config = { current: { autoCreateGroups } }
  return SubscriptionGroupTable.open({
    directory,
    files: nodeFileSystem,
    config,
    clock,
    logger,
  })
}

const saved = async () =>
  JSON.parse(await readFile(join(directory, 'config', 'subscriptionGroup.json'), 'utf8'))

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-groups-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('SubscriptionGroupTable', () => {
  it('has the system groups and creates others with the defaults of Apache', async () => {
    const groups = await open()
    expect(groups.get('TOOLS_CONSUMER')).toBeDefined()
    expect(groups.get('coupon')).toBeUndefined()
    expect(groups.find('coupon')).toMatchObject({
      groupName: 'coupon',
      retryQueueNums: 1,
      retryMaxTimes: 16,
      consumeEnable: true,
      consumeBroadcastEnable: true,
      whichBrokerWhenConsumeSlowly: 1,
    })
    expect(groups.find('coupon')).toBe(groups.get('coupon'))
    await groups.close()
    expect((await saved()).subscriptionGroupTable.coupon.retryMaxTimes).toBe(16)
  })

  it('does not create groups when told not to, except those of the system', async () => {
    const groups = await open(false)
    expect(groups.find('coupon')).toBeUndefined()
    expect(groups.find('CID_RMQ_SYS_TOOLS')).toBeDefined()
    await groups.close()
  })

  it('says why a new group was not saved', async () => {
    const logged: object[] = []
    const groups = await open(true, { ...silentLogger, error: (facts) => logged.push(facts) })
    await writeFile(join(directory, 'config'), 'a file where the directory should be')
    groups.find('coupon')
    await expect
      .poll(() => logged)
      .toEqual([
        { group: 'coupon', reason: expect.stringContaining('subscriptionGroup.json could not be written') },
      ])
  })

  it('does not create a group under an illegal name', async () => {
    const groups = await open()
    expect(groups.find('no spaces')).toBeUndefined()
    expect(groups.find('x'.repeat(121))).toBeUndefined()
  })

  it('comes back after a restart, with what is forbidden', async () => {
    const before = await open()
    await before.put([{ ...subscriptionGroupConfig('coupon'), retryMaxTimes: 3 }])
    await before.setForbidden({ group: 'coupon', topic: 'order-paid', flag: 2 }, true)
    expect((await saved()).forbiddenTable).toEqual({ coupon: { 'order-paid': 4 } })
    const after = await open()
    expect(after.get('coupon')?.retryMaxTimes).toBe(3)
    expect(after.isForbidden('coupon', 'order-paid', 2)).toBe(true)
    await after.setForbidden({ group: 'coupon', topic: 'order-paid', flag: 2 }, false)
    expect(after.forbidden('coupon', 'order-paid')).toBe(0)
    expect((await saved()).forbiddenTable).toEqual({})
  })

  it('deletes a group and what was forbidden to it', async () => {
    const groups = await open()
    await groups.put([subscriptionGroupConfig('coupon')])
    await groups.setForbidden({ group: 'coupon', topic: 'order-paid', flag: 2 }, true)
    expect(await groups.delete('coupon')).toBe(true)
    expect(await groups.delete('coupon')).toBe(false)
    expect((await saved()).subscriptionGroupTable.coupon).toBeUndefined()
    expect((await saved()).forbiddenTable).toEqual({})
  })
})

import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { ApacheBroker, ApacheNameserver, ChildProgram, repositoryRoot } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'

/** Each scenario of the shop with the remedy that a run can go without. */
const scenarios = [
  ['coupon-database-down', 'dead-letter-worker'],
  ['logistics-down', 'breaker'],
  ['duplicates', 'idempotency'],
  ['order-service-dies', 'transactions'],
  ['cluster-down', 'journal'],
  ['unpaid-orders', 'delayed-check'],
  ['binlog-order', 'order'],
  ['backlog', 'spread'],
  ['migration', 'double-read'],
] as const
const ORDERS = 120
/** Played on the real servers instead of files. */
const databases: Readonly<Record<string, string[]>> = {
  'coupon-database-down': ['--databases', 'mixed'],
  duplicates: ['--databases', 'mixed'],
}

/** Plays a scenario; resolves to the object that is printed last. */
async function play(...args: string[]): Promise<Record<string, unknown>> {
  await using shop = ChildProgram.start({
    name: `the shop, ${args.join(' ')}`,
    command: process.execPath,
    args: [join(repositoryRoot, 'examples/shop/dist/main.js'), '--orders', String(ORDERS), '--json', ...args],
  })
  const printed = await shop.succeeded({ withinMs: 450_000 })
  return JSON.parse(printed.at(-1)!) as Record<string, unknown>
}

describe.each(scenarios)('the shop in "%s"', (scenario, remedy) => {
  it('loses nothing, and doubles nothing', async () => {
    const outcome = await play('--scenario', scenario, ...(databases[scenario] ?? []))
    expect(outcome).toMatchObject({ scenario, lost: 0, doubled: 0, outOfOrder: 0, remedy: true })
    expect(outcome.orders).toBe(ORDERS)
    console.log(JSON.stringify(outcome))
  }, 250_000)

  it(`without ${remedy} shows the damage`, async () => {
    const outcome = await play('--scenario', scenario, '--without', remedy)
    expect(outcome).toMatchObject({ scenario, remedy: false })
    expect(Number(outcome.lost) + Number(outcome.doubled) + Number(outcome.outOfOrder)).toBeGreaterThan(0)
    console.log(JSON.stringify(outcome))
  }, 250_000)
})

it('plays on a real Apache RocketMQ with its own delays, and leaves no topic there', async () => {
  await using nameserver = await ApacheNameserver.start()
  await using _broker = await ApacheBroker.start({ nameservers: [nameserver.address] })
  const outcome = await play('--nameserver', nameserver.address, '--orders', '100')
  expect(outcome).toMatchObject({ orders: 100, lost: 0, doubled: 0, outOfOrder: 0, remedy: true })
  await using client = await connect({ nameservers: nameserver.address })
  expect(await client.admin().topics.list()).toEqual([])
}, 300_000)

it('the shop survives all nine wounds, one after the other', async () => {
  const outcome = await play('--scenario', 'all', '--orders', '360')
  expect(outcome).toMatchObject({ orders: 360, lost: 0, doubled: 0, outOfOrder: 0, remedy: true })
}, 460_000)

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@rocketeer/foundation'
import { RemotingClient } from '@rocketeer/remoting'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Broker } from '../broker.js'
import { TestClient } from '../testing/test-client.js'

/** On the system's clock, which the test sets: sockets and files are real, only Node's timers stand still. */
const HOUR_MS = 3_600_000

let directory: string
let broker: Broker
let remoting: RemotingClient
let client: TestClient

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  directory = await mkdtemp(join(tmpdir(), 'rocketeer-clock-'))
  broker = await Broker.start({ directory, host: '127.0.0.1', port: 0, nameservers: [], delayLevels: '1h' })
  remoting = new RemotingClient()
  client = new TestClient(await remoting.connection(`127.0.0.1:${broker.port}`), systemClock)
})

afterEach(async () => {
  vi.useRealTimers()
  await remoting.close()
  await broker.close()
  await rm(directory, { recursive: true })
})

async function arrived(): Promise<string[]> {
  const { messages } = await client.pull('tools', 'orders', 0, { tags: '*' })
  return messages.map(({ body }) => body.toString()).sort()
}

it.each([1, 8])(
  'a message of a level and a timed one come within 30 s of a clock set %d h ahead',
  async (hours) => {
    await client.send('orders', { props: { DELAY: '1' }, body: Buffer.from('level') })
    await client.send('orders', { props: { TIMER_DELAY_MS: String(HOUR_MS) }, body: Buffer.from('timed') })
    expect(await arrived()).toEqual([])
    vi.setSystemTime(Date.now() + hours * HOUR_MS)
    await vi.advanceTimersByTimeAsync(30_000)
    await expect.poll(arrived).toEqual(['level', 'timed'])
  },
)

it('a message of a level comes after its delay when the clock is set back meanwhile', async () => {
  await client.send('orders', { props: { DELAY: '1' }, body: Buffer.from('level') })
  vi.setSystemTime(Date.now() - 8 * HOUR_MS)
  await vi.advanceTimersByTimeAsync(HOUR_MS - 1)
  expect(await arrived()).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await expect.poll(arrived).toEqual(['level'])
})

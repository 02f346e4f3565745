import { ResponseCode } from '@rocketeer/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect } from '../index.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'

const message = { topic: 'orders', body: 'x' }

describe('a send to a busy broker', () => {
  let cluster: ScriptedCluster
  let client: Client

  beforeEach(async () => {
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    client = await connect({ nameservers: cluster.nameserver })
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  it('waits between attempts when there is no other', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.SYSTEM_BUSY
    const startedAt = performance.now()
    await expect(client.producer().send(message)).rejects.toMatchObject({ code: 'BROKER_BUSY' })
    // 50 and 100 ms between three attempts.
    expect(performance.now() - startedAt).toBeGreaterThan(145)
    expect(a.sends).toBe(3)
  })

  it('succeeds once the broker has recovered', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.SYSTEM_BUSY
    const recover = async () => {
      while (a.sends === 0) await new Promise((resolve) => setImmediate(resolve))
      // Its first answer is on its way.
      await new Promise((resolve) => setImmediate(resolve))
      a.answer = ResponseCode.SUCCESS
    }
    void recover()
    expect((await client.producer().send(message)).status).toBe('SEND_OK')
    expect(a.sends).toBe(2)
  })

  it('does not wait beyond its timeout', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.SYSTEM_BUSY
    const sending = client.producer({ sendRetriesMax: 16 }).send(message, { timeoutMs: 2_000 })
    await expect(sending).rejects.toMatchObject({ retryable: true })
    // After 50, 100, 200, 400 and 800 ms there is no time for another second.
    expect(a.sends).toBeLessThanOrEqual(6)
  })
})

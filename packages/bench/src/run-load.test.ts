import { ResponseCode } from '@rocketeer/protocol'
import { endTransaction, getMaxOffset, pullMessage, sendMessageV2 } from '@rocketeer/protocol/commands'
import { decodeProperties } from '@rocketeer/protocol/record'
import { RemotingServer, Router, route } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runLoad } from './run-load.js'
import { scenarios } from './scenario.js'

/** Counts what it is sent; its queues have no bodies worth reading. */
class CountingBroker {
  readonly offsets = [0, 0, 0, 0]
  readonly uniqueKeys = new Set<string>()
  readonly pulledOffsets: number[] = []
  /** Queue offset and physical offset of every commit. */
  readonly commits: number[][] = []
  busy = false

  routes() {
    return [
      route(sendMessageV2, ({ fields, body }) => {
        if (this.busy) return { code: ResponseCode.SYSTEM_BUSY, remark: 'later' }
        expect(body.length).toBe(1024)
        this.uniqueKeys.add(decodeProperties(fields.properties ?? '').UNIQ_KEY ?? '')
        const queueOffset = this.offsets[fields.queueId]!++
        const msgId = `7F00000100002A9F${(queueOffset * 1_000_000).toString(16).toUpperCase().padStart(16, '0')}`
        return { fields: { msgId, queueId: fields.queueId, queueOffset } }
      }),
      route(endTransaction, ({ fields }) => {
        this.commits.push([fields.tranStateTableOffset, fields.commitLogOffset])
        return {}
      }),
      route(getMaxOffset, ({ fields }) => ({ fields: { offset: this.offsets[fields.queueId]! } })),
      route(pullMessage, ({ fields }) => {
        const maxOffset = this.offsets[fields.queueId]!
        this.pulledOffsets.push(fields.queueOffset)
        const nextBeginOffset = Math.min(maxOffset, fields.queueOffset + fields.maxMsgNums)
        return {
          fields: { suggestWhichBrokerId: 0, nextBeginOffset, minOffset: 0, maxOffset },
          body: Buffer.alloc(5_000),
        }
      }),
    ]
  }

  get total(): number {
    return this.offsets.reduce((sum, offset) => sum + offset, 0)
  }
}

describe('runLoad', () => {
  let broker: CountingBroker
  let server: RemotingServer
  beforeEach(async () => {
    broker = new CountingBroker()
    const router = new Router(broker.routes())
    server = await RemotingServer.listen({ host: '127.0.0.1', port: 0, router })
  })
  afterEach(() => server.close())

  const named = (name: string) => scenarios.find((scenario) => scenario.name === name)!
  const options = () => ({
    address: `127.0.0.1:${server.port}`,
    topic: 'bench',
    warmupSeconds: 0,
    seconds: 0.2,
  })

  it.each(['1x64', '1x64-json', '64x1', '1x1'])('sends %s and counts what was stored', async (name) => {
    const result = await runLoad(named(name), { ...options(), pid: process.pid })
    expect(result.errors).toEqual({})
    expect(result.messages).toBeGreaterThan(0)
    expect(result.messages).toBeLessThanOrEqual(broker.total)
    expect(broker.uniqueKeys.size).toBe(broker.total)
    expect(result.p50Ms).toBeLessThanOrEqual(result.p99Ms)
    expect(Math.min(...broker.offsets) > 0 || name === '1x1').toBe(true)
  })

  it('commits every half message with the offsets it was answered with', async () => {
    const result = await runLoad(named('transaction'), options())
    expect(result.errors).toEqual({})
    expect(result.messages).toBeGreaterThan(0)
    expect(broker.total - broker.commits.length).toBeLessThanOrEqual(64)
    for (const [queueOffset, physicalOffset] of broker.commits)
      expect(physicalOffset).toBe(queueOffset! * 1_000_000)
  })

  it('pulls what was sent last, again and again', async () => {
    broker.offsets.fill(5_000)
    const result = await runLoad({ ...named('pull'), fillMessages: 400 }, options())
    expect(result.messages).toBeGreaterThan(0)
    expect(Math.min(...broker.pulledOffsets)).toBeGreaterThanOrEqual(5_000)
    expect(new Set(broker.pulledOffsets).size).toBeLessThan(broker.pulledOffsets.length)
  })

  it('fails when nothing but errors comes back, and names them', async () => {
    broker.busy = true
    await expect(runLoad(named('1x64'), options())).rejects.toThrow('SYSTEM_BUSY')
  })

  it('fails when the broker goes away', async () => {
    const load = runLoad(named('1x64'), { ...options(), seconds: 30 })
    setTimeout(() => server.close(), 100)
    await expect(load).rejects.toThrow('closed the connection')
  })
})

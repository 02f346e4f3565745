import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SqlDatabase } from '../sql/sql-database.js'
import { httpProbe, sqlProbe, tcpProbe } from './probes.js'

let server: Server
let port: number
let status: number
let asked: string[]
const { signal } = new AbortController()

beforeEach(async () => {
  status = 200
  asked = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.authorization}`)
    if (status > 0) response.writeHead(status).end('x'.repeat(100_000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(() => stop())

function stop(): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

describe('httpProbe', () => {
  it('takes any 2xx, or what it is told to expect', async () => {
    const url = `http://127.0.0.1:${port}/health`
    await httpProbe(url)({ signal })
    status = 503
    await expect(httpProbe(url)({ signal })).rejects.toMatchObject({ code: 'PROBE_FAILED' })
    await httpProbe(url, { expect: 503 })({ signal })
    await httpProbe(new URL(url), { expect: [200, 503] })({ signal })
    await expect(httpProbe(url, { expect: [200] })({ signal })).rejects.toMatchObject({
      code: 'PROBE_FAILED',
    })
    const isBusy = async (response: Response) => (await response.text()).startsWith('x')
    await httpProbe(url, { expect: isBusy, headers: { authorization: 'Bearer 1' } })({ signal })
    await httpProbe(url, { expect: 503, method: 'HEAD' })({ signal })
    expect(asked.slice(-2)).toEqual(['GET Bearer 1', 'HEAD undefined'])
  })

  it('says that nothing answers', async () => {
    await stop()
    await expect(httpProbe(`http://127.0.0.1:${port}`)({ signal })).rejects.toMatchObject({
      code: 'PROBE_FAILED',
      details: { problem: expect.stringContaining('ECONNREFUSED') },
    })
  })

  it('ends when its time is up', async () => {
    status = 0
    const url = `http://127.0.0.1:${port}`
    await expect(httpProbe(url)({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })

  it.each([
    ['no url', {}],
    ['ftp://a', {}],
    ['http://a', { expect: 7 }],
    ['http://a', { method: 'POST' }],
    ['http://a', { timeout: 7 }],
  ])('refuses %s %j', (url, options) => {
    expect(() => httpProbe(url, options as object)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

describe('tcpProbe', () => {
  it('is healthy while something listens there', async () => {
    await tcpProbe({ port })({ signal })
    await stop()
    await expect(tcpProbe({ host: '127.0.0.1', port })({ signal })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
  })

  it('refuses ports that are none', () => {
    expect(() => tcpProbe({ port: 0 })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})

it('sqlProbe carries out a statement in a transaction', async () => {
  const ran: string[] = []
  const database: SqlDatabase<string> = {
    dialect: 'sqlite',
    transaction: (work) => work('transaction 1'),
    execute: async (transaction, sql) => {
      ran.push(`${transaction}: ${sql}`)
      return { rows: [], affectedRows: 0 }
    },
  }
  await sqlProbe(database)({ signal })
  await sqlProbe(database, 'SELECT 1 FROM orders LIMIT 1')({ signal })
  expect(ran).toEqual(['transaction 1: SELECT 1', 'transaction 1: SELECT 1 FROM orders LIMIT 1'])
})

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MysqlDatabase } from './mysql-database.js'

/** Accepts connections and never answers, like a database whose disk hangs. */
const silent = createServer((socket) => sockets.add(socket.on('error', () => {})))
const sockets = new Set<Socket>()

beforeEach(async () => {
  await once(silent.listen(0, '127.0.0.1'), 'listening')
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  silent.close()
})

it('gives up on a server that accepts a connection and does not answer', async () => {
  const { port } = silent.address() as AddressInfo
  await expect(MysqlDatabase.open(`mysql://root@127.0.0.1:${port}`, 'shop')).rejects.toThrow(/ETIMEDOUT/)
})

import { startServer } from '@rocketeer/server'
import { clientSuite } from '../client-suite.js'

clientSuite('Rocketeer', async () => {
  const server = await startServer({
    delayLevels: Array.from({ length: 18 }, () => '1s').join(' '),
    transactionTimeoutMs: 200,
    transactionCheckIntervalMs: 300,
  })
  return { nameservers: [...server.nameservers], stop: () => server.close() }
})

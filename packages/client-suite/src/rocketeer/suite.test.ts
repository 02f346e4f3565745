import { startServer } from '@rocketeer/server'
import { clientSuite } from '../client-suite.js'

clientSuite('Rocketeer', async () => {
  const server = await startServer({
    delayLevels: `${'1s '.repeat(17)}1h`,
    transactionTimeoutMs: 200,
    transactionCheckIntervalMs: 300,
  })
  return { nameservers: [...server.nameservers], stop: () => server.close() }
})

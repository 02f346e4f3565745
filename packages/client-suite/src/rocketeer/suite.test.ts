import { startServer } from '@rocketeer/server'
import { clientSuite } from '../client-suite.js'

clientSuite('Rocketeer', async () => {
  const server = await startServer({
    messageDelayLevel: Array.from({ length: 18 }, () => '1s').join(' '),
    transactionTimeOut: 200,
    transactionCheckInterval: 300,
  })
  return { nameservers: [...server.nameservers], stop: () => server.close() }
})

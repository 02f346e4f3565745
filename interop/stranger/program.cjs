const { connect } = require('rocketeer')
const { startServer } = require('rocketeer/server')

async function main() {
  const server = await startServer()
  const client = await connect({ nameservers: server.nameservers })
  await client.admin().topics.create('paid')
  const received = new Promise((resolve) =>
    client.consumer({
      group: 'coupon',
      subscribe: { paid: '*' },
      startFrom: 'first',
      handle: (message) => resolve(message.text()),
    }),
  )
  await client.producer().send({ topic: 'paid', body: 'order 1' })
  console.log(`received ${await received}`)
  await client.close()
  await server.close()
}
main()

import { connect, isRocketeerError, type SendReceipt } from '@rocketeer/client'

export async function send(): Promise<SendReceipt | undefined> {
  await using client = await connect({ nameservers: '127.0.0.1:9876' })
  return client
    .producer()
    .send({ topic: 'paid', body: 'order 1' })
    .catch((error: unknown) => {
      if (!isRocketeerError(error, 'NO_ROUTE')) throw error
      return void error.details.topic
    })
}

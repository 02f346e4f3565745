import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connect } from 'rocketeer'
import { startServer } from 'rocketeer/server'
import { expect, it } from 'vitest'

it('a worker that gets SIGTERM finishes what it handles, commits it and ends', async () => {
  await using server = await startServer()
  await using mq = await connect({ nameservers: server.nameservers })
  await mq.admin().topics.create('order-paid', { queues: 1 })
  const worker = spawn(process.execPath, [fileURLToPath(new URL('./shutdown.js', import.meta.url))], {
    env: { ...process.env, NAMESRV_ADDR: server.nameservers[0] },
  })
  const ended = once(worker, 'exit')
  let printed = ''
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (data) => (printed += data))
  const line = (expected: string) => expect.poll(() => printed, { timeout: 10_000 }).toContain(expected)
  try {
    await line('ready')
    await mq.producer().send({ topic: 'order-paid', key: 'order-1', body: 'paid' })
    await line('handling order-1')
    worker.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(printed).toBe('ready\nhandling order-1\nhandled order-1\nclosed\n')
    expect((await mq.admin().groups.lag('coupon')).lag).toBe(0)
  } finally {
    worker.kill('SIGKILL')
  }
}, 30_000)

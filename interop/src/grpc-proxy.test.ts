import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { type JsonLine, JsonLines, repositoryRoot, startJava } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApacheProxy } from './peers/apache-proxy.js'
import { Peer, peerKinds } from './peers/peer.js'
import { compileJava, mavenLibrary } from './programs/maven.js'
import { startNodeClient } from './programs/node-clients.js'

interface ViewLine extends JsonLine {
  topic: string
  body: string
  tag: string | undefined
  keys: string[]
  attempt: number
  colour: string
}

const folder = join(repositoryRoot, 'interop/java-grpc')

describe.each(peerKinds)("gRPC clients through Apache's proxy in front of %s", (kind) => {
  let peer: Peer
  let proxy: ApacheProxy

  beforeAll(async () => {
    peer = await Peer.start(kind, {
      properties: {
        transactionTimeOut: '2000',
        transactionCheckInterval: '1000',
        transactionOpBatchInterval: '100',
      },
    })
    await using client = await connect({ nameservers: [peer.nameserver.address] })
    const { groups, topics } = client.admin()
    await topics.create('normal', { queues: 2 })
    await topics.create('fifo', { queues: 2, type: 'FIFO' })
    await topics.create('delay', { queues: 1, type: 'DELAY' })
    await topics.create('transaction', { queues: 1, type: 'TRANSACTION' })
    await topics.create('node', { queues: 2 })
    await groups.create('fifo', { ordered: true })
    proxy = await ApacheProxy.start(peer.nameserver)
  }, 600_000)
  afterAll(async () => {
    await proxy?.close()
    await peer?.close()
  })

  it('the Java client: messages of every kind, pushed and received, retried, checked', async () => {
    const jars = join(await mavenLibrary(folder), '*')
    const output = join(folder, 'target')
    await compileJava({ sources: [join(folder, 'src')], classpath: [jars], output })
    await using program = startJava({
      name: 'gRPC client',
      classpath: [output, jars],
      main: 'Grpc',
      args: [proxy.address],
      jvm: ['-Xmx256m', '-XX:TieredStopAtLevel=1', `-Duser.home=${output}`],
    })
    const lines = new JsonLines(program)
    const received = await lines.until<ViewLine>('message', 13, { withinMs: 120_000 })
    const of = (topic: string) => received.filter((line) => line.topic === topic)
    const bodies = (topic: string) => of(topic).map(({ body }) => body)

    expect(bodies('normal').sort()).toEqual(['again', 'again', 'async', 'plain'])
    expect(of('normal').find(({ body }) => body === 'plain')).toMatchObject({
      tag: 'red',
      keys: ['key-plain'],
      attempt: 1,
      colour: 'blue & green = teal',
    })
    expect(
      of('normal')
        .filter(({ body }) => body === 'again')
        .map(({ attempt }) => attempt),
    ).toEqual([1, 2])
    for (const group of ['a', 'b']) {
      const inOrder = bodies('fifo').filter((body) => body.startsWith(group))
      expect(inOrder).toEqual(inOrder.toSorted())
      expect(inOrder).toHaveLength(3)
    }
    expect(bodies('delay')).toEqual(['late'])
    expect(bodies('transaction').sort()).toEqual(['commit', 'unknown'])
    expect(lines.of<ViewLine>('asked').map(({ body }) => body)).toContain('unknown')
    program.say('stop')
    await program.succeeded({ withinMs: 30_000 })
  }, 300_000)

  it('the Node client: sent, received and acknowledged, and pushed', async () => {
    await using program = await startNodeClient('grpc', proxy.address)
    const lines = new JsonLines(program)
    await lines.until('acknowledged', 1, { withinMs: 90_000 })
    await lines.until('pushed', 3, { withinMs: 60_000 })
    for (const event of ['pushed', 'received']) {
      const views = lines.of<ViewLine>(event)
      expect(views.map(({ body }) => body).sort()).toEqual(['first', 'second', 'third'])
      for (const view of views) {
        expect(view).toMatchObject({ topic: 'node', tag: 'red', colour: 'blue & green = teal' })
        expect(view.keys).toEqual([`key-${view.body}`])
      }
    }
    program.say('stop')
    await program.succeeded({ withinMs: 30_000 })
  }, 300_000)
})

import { join } from 'node:path'
import { connect } from '@rocketeer/client'
import { type JsonLine, JsonLines, repositoryRoot, startJava } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { compileJava, mavenLibrary } from './programs/maven.js'

interface MessageLine extends JsonLine {
  topic: string
  body: string
  tag: string | undefined
  keys: string | undefined
  reconsumeTimes: number
}

const folder = join(repositoryRoot, 'interop/java-spring')

describe.each(peerKinds)('a Spring Boot application against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    peer = await Peer.start(kind, {
      properties: {
        messageDelayLevel: '1s 1s 1s 1s',
        transactionTimeOut: '2000',
        transactionCheckInterval: '1000',
        transactionOpBatchInterval: '100',
      },
    })
    await using client = await connect({ nameservers: [peer.nameserver.address] })
    for (const topic of ['spring', 'spring-steps', 'spring-payments']) {
      await client.admin().topics.create(topic, { queues: 2 })
    }
  }, 120_000)
  afterAll(() => peer?.close())

  it('sends and listens: tags, a retry, order, transactions with a check', async () => {
    const jars = join(await mavenLibrary(folder), '*')
    const output = join(folder, 'target')
    await compileJava({ sources: [join(folder, 'src')], classpath: [jars], output })
    await using program = startJava({
      name: 'Spring Boot',
      classpath: [output, jars],
      main: 'dev.rocketeer.interop.spring.Shop',
      args: [`--rocketmq.name-server=${peer.nameserver.address}`, '--rocketmq.producer.group=spring-shop'],
      jvm: [
        '-Xmx256m',
        '-XX:TieredStopAtLevel=1',
        `-Duser.home=${output}`,
        '-Drocketmq.client.rebalance.waitInterval=1000',
      ],
    })
    const lines = new JsonLines(program)
    const received = await lines.until<MessageLine>('message', 13, { withinMs: 120_000 })
    const bodies = (topic: string) => received.filter((line) => line.topic === topic).map(({ body }) => body)

    expect(received.find(({ body }) => body === 'plain')).toMatchObject({ tag: 'red', keys: 'key-plain' })
    const again = received.filter(({ body }) => body === 'again')
    expect(again.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 1])
    expect(received.some(({ body }) => body === 'filtered')).toBe(false)
    expect(bodies('spring-steps')).toEqual(Array.from({ length: 8 }, (_, index) => `step-${index}`))
    expect(bodies('spring-payments').sort()).toEqual(['commit', 'unknown'])
    expect(lines.of<MessageLine>('asked').map(({ body }) => body)).toContain('unknown')
    program.say('stop')
    await program.succeeded({ withinMs: 60_000 })
  }, 300_000)
})

import { ManualClock, Resources } from '@rocketeer/foundation'
import { type Command, type FieldTable, type FieldValues, ResponseCode } from '@rocketeer/protocol'
import { RegisterBrokerBody, type TopicConfig, TopicRouteData } from '@rocketeer/protocol/bodies'
import { getRouteinfoByTopic, registerBroker } from '@rocketeer/protocol/commands'
import { bodyCrc } from '@rocketeer/protocol/record'
import { type Connection, RemotingClient, type Response } from '@rocketeer/remoting'
import { Nameserver } from '../nameserver.js'

interface Identity {
  brokerName?: string
  brokerAddr?: string
  clusterName?: string
  brokerId?: number
  haServerAddr?: string
  heartbeatTimeoutMillis?: number
}

/** The header fields by which broker-a registers, with `changes`. */
export const identityOf = (changes: Identity = {}) => ({
  brokerName: 'broker-a',
  brokerAddr: '10.0.0.1:10911',
  clusterName: 'DefaultCluster',
  brokerId: 0,
  haServerAddr: '10.0.0.1:10912',
  ...changes,
})

export const topic = (topicName: string, changes: Partial<TopicConfig> = {}): TopicConfig => ({
  topicName,
  readQueueNums: 4,
  writeQueueNums: 4,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
  attributes: new Map(),
  ...changes,
})

export const bodyOf = (topics: TopicConfig[], counter = 1, stateVersion = 0): RegisterBrokerBody => ({
  topicConfigSerializeWrapper: {
    dataVersion: { stateVersion, timestamp: 7, counter },
    topicConfigTable: new Map(topics.map((each) => [each.topicName, each])),
    topicQueueMappingInfoMap: new Map(),
    topicQueueMappingDetailMap: new Map(),
  },
  filterServerList: [],
})

/** A nameserver on a manual clock, and peers that talk to it over real connections. */
export class NameserverFixture {
  readonly clock = new ManualClock(1_000_000)
  readonly #resources = new Resources()
  #nameserver!: Nameserver

  static async start(): Promise<NameserverFixture> {
    const fixture = new NameserverFixture()
    const options = { host: '127.0.0.1', port: 0, clock: fixture.clock }
    fixture.#nameserver = fixture.#resources.use(await Nameserver.start(options))
    return fixture
  }

  /** A new connection: every broker and client has its own. */
  peer(): Promise<Connection> {
    return this.#resources.use(new RemotingClient()).connection(this.#nameserver.address)
  }

  async ask<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): Promise<Response<R>> {
    return (await this.peer()).request(command, fields, body)
  }

  async register(broker: Identity, body: RegisterBrokerBody, connection?: Connection) {
    const encoded = RegisterBrokerBody.encode(body)
    const fields = { ...identityOf(broker), compressed: false, bodyCrc32: bodyCrc(encoded) }
    return (connection ?? (await this.peer())).request(registerBroker, fields, encoded)
  }

  async routeOf(topicName: string): Promise<TopicRouteData | undefined> {
    const { code, body } = await this.ask(getRouteinfoByTopic, { topic: topicName })
    return code === ResponseCode.SUCCESS ? TopicRouteData.decode(body) : undefined
  }

  close(): Promise<void> {
    return this.#resources.close()
  }
}

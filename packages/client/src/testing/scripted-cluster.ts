import { Resources } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { TopicRouteData } from '@rocketeer/protocol/bodies'
import {
  ClusterInfo,
  GetConsumerListByGroupResponseBody,
  getBrokerClusterInfo,
  getConsumerListByGroup,
  getRouteinfoByTopic,
  HeartbeatData,
  heartBeat,
  pullMessage,
  queryConsumerOffset,
  sendBatchMessage,
  sendMessageV2,
  unregisterClient,
  updateConsumerOffset,
} from '@rocketeer/protocol/commands'
import {
  type Connection,
  type HandlerOf,
  RemotingServer,
  type Route,
  Router,
  route,
} from '@rocketeer/remoting'

/** A broker that answers sends as a test tells it to. */
export interface ScriptedBroker {
  /** How many sends it was asked for. */
  sends: number
  /** What it was sent; a batch as one. */
  requests: {
    topic: string
    queueId: number
    bornTimestamp: number
    properties: string
    batch: boolean
    body: Buffer
  }[]
  /** The code of its next answers; `silent` never answers, a function answers by the body. */
  answer: number | 'silent' | ((body: Buffer) => number)
  connections: ReadonlySet<Connection>
  /** Clients by id, since their first heartbeat. */
  clients: Map<string, Connection>
  /** Offsets as last committed, by topic and queue id. */
  offsets: Map<string, number>
  /** The offsets that pulls asked for; none is ever answered. */
  pulls: number[]
}

/** A nameserver and brokers on real sockets that say what a test wants them to. */
export class ScriptedCluster implements AsyncDisposable {
  readonly #resources = new Resources()
  readonly #brokers = new Map<string, ScriptedBroker & { address: string }>()
  readonly #topics = new Set<string>()
  /** Of every topic: 2 write, 4 read, 6 both. */
  perm = 6
  /** True: the nameserver never answers when it is asked for a route. */
  silent = false
  /** How many times the nameserver was asked for a route. */
  routeRequests = 0
  /** Called with the topic of each such request, before it is answered. */
  onRouteRequest = (_topic: string): void => {}
  #nameserver!: RemotingServer

  static async start(): Promise<ScriptedCluster> {
    const cluster = new ScriptedCluster()
    const router = new Router([
      route(getRouteinfoByTopic, ({ fields }) => {
        cluster.routeRequests++
        cluster.onRouteRequest(fields.topic)
        if (cluster.silent) return new Promise<never>(() => {})
        if (!cluster.#topics.has(fields.topic)) return { code: ResponseCode.TOPIC_NOT_EXIST }
        return { body: TopicRouteData.encode(cluster.#route()) }
      }),
      route(getBrokerClusterInfo, () => ({ body: ClusterInfo.encode(cluster.#info()) })),
    ])
    cluster.#nameserver = cluster.#resources.use(
      await RemotingServer.listen({ host: '127.0.0.1', port: 0, router }),
    )
    return cluster
  }

  get nameserver(): string {
    return `127.0.0.1:${this.#nameserver.port}`
  }

  addTopic(topic: string): void {
    this.#topics.add(topic)
  }

  removeTopic(topic: string): void {
    this.#topics.delete(topic)
  }

  async addBroker(brokerName: string, routes: readonly Route[] = []): Promise<ScriptedBroker> {
    const broker = { ...newBroker(), address: '' }
    const stored: HandlerOf<typeof sendMessageV2> = async ({ fields, body }) => {
      broker.sends++
      const { batch = false, properties = '' } = fields
      broker.requests.push({ ...fields, batch, properties, body: Buffer.from(body) })
      if (broker.answer === 'silent') await new Promise(() => {})
      const msgId = '0'.repeat(32)
      const place = { msgId, queueId: fields.queueId, queueOffset: broker.sends - 1 }
      const code = typeof broker.answer === 'function' ? broker.answer(body) : (broker.answer as number)
      return { code, fields: place }
    }
    const router = new Router([
      ...consumerRoutes(broker),
      ...routes,
      route(sendMessageV2, stored),
      route(sendBatchMessage, stored),
    ])
    const server = this.#resources.use(await RemotingServer.listen({ host: '127.0.0.1', port: 0, router }))
    broker.connections = server.connections
    broker.address = `127.0.0.1:${server.port}`
    this.#brokers.set(brokerName, broker)
    return broker
  }

  /** Advertises a broker at an address where nothing listens. */
  addUnreachableBroker(brokerName: string, address: string): void {
    this.#brokers.set(brokerName, { ...newBroker(), address })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.close()
  }

  #info(): ClusterInfo {
    const brokers = this.#route().brokerDatas
    return {
      brokerAddrTable: new Map(brokers.map((broker) => [broker.brokerName, broker])),
      clusterAddrTable: new Map([['c', brokers.map((broker) => broker.brokerName)]]),
    }
  }

  #route(): TopicRouteData {
    return {
      orderTopicConf: undefined,
      queueDatas: [...this.#brokers.keys()].map((brokerName) => ({
        brokerName,
        readQueueNums: 2,
        writeQueueNums: 2,
        perm: this.perm,
        topicSysFlag: 0,
      })),
      brokerDatas: [...this.#brokers].map(([brokerName, { address }]) => ({
        cluster: 'c',
        brokerName,
        brokerAddrs: new Map([[0, address]]),
        zoneName: undefined,
        enableActingMaster: false,
      })),
      filterServerTable: new Map(),
      topicQueueMappingByBroker: undefined,
    }
  }
}

function newBroker(): ScriptedBroker {
  return {
    sends: 0,
    requests: [],
    answer: ResponseCode.SUCCESS,
    connections: new Set(),
    clients: new Map(),
    offsets: new Map(),
    pulls: [],
  }
}

/** Enough for a consumer to get its queues and read them, and to see what it commits. */
function consumerRoutes(broker: ScriptedBroker): Route[] {
  return [
    route(heartBeat, ({ body, connection }) => {
      broker.clients.set(HeartbeatData.decode(body).clientID, connection)
      return {}
    }),
    route(unregisterClient, () => ({})),
    route(getConsumerListByGroup, () => ({
      body: GetConsumerListByGroupResponseBody.encode({ consumerIdList: [...broker.clients.keys()] }),
    })),
    route(queryConsumerOffset, ({ fields }) => {
      const offset = broker.offsets.get(`${fields.topic} ${fields.queueId}`)
      return offset === undefined ? { code: ResponseCode.QUERY_NOT_FOUND } : { fields: { offset } }
    }),
    route(updateConsumerOffset, ({ fields }) => {
      broker.offsets.set(`${fields.topic} ${fields.queueId}`, fields.commitOffset)
      return {}
    }),
    route(pullMessage, ({ fields }) => {
      broker.pulls.push(fields.queueOffset)
      return new Promise<never>(() => {})
    }),
  ]
}

import {
  CompressedRegisterBrokerBody,
  DataVersion,
  KVTable,
  RegisterBrokerBody,
  TopicConfigSerializeWrapper,
} from '@rocketeer/protocol/bodies'
import {
  brokerHeartbeat,
  queryDataVersion,
  registerBroker,
  unregisterBroker,
} from '@rocketeer/protocol/commands'
import { bodyCrc } from '@rocketeer/protocol/record'
import { type Request, type Route, route } from '@rocketeer/remoting'
import type { BrokerTable } from '../broker-table.js'
import { refusals } from '../errors.js'
import { type KvConfig, ORDER_TOPIC_CONFIG } from '../kv-config.js'
import type { NameserverConfig } from '../options.js'
import type { Registrations } from '../registrations.js'

interface Needs {
  registrations: Registrations
  brokers: BrokerTable
  kvConfig: KvConfig
  config: () => NameserverConfig
}

/** Requests by which brokers register, stay registered and leave. Apache: DefaultRequestProcessor. */
export function registrationRoutes({ registrations, brokers, kvConfig, config }: Needs): Route[] {
  return [
    route(registerBroker, (request) => {
      const { compressed, bodyCrc32, ...broker } = request.fields
      if (bodyCrc32 !== 0 && bodyCrc(request.body) !== bodyCrc32) {
        throw refusals.BODY_CRC_MISMATCH({ brokerAddr: broker.brokerAddr })
      }
      const fields = registrations.register({
        ...broker,
        ...announcedTopics(request, compressed),
        connection: request.connection,
      })
      const order = config().sendOrderTopics ? kvConfig.namespace(ORDER_TOPIC_CONFIG) : undefined
      return order ? { fields, body: KVTable.encode({ table: new Map(order) }) } : { fields }
    }),

    route(unregisterBroker, ({ fields }) => {
      registrations.unregister(fields)
      return {}
    }),

    route(brokerHeartbeat, ({ fields }) => {
      registrations.touch(fields.clusterName, fields.brokerAddr)
      return {}
    }),

    route(queryDataVersion, ({ fields: { clusterName, brokerAddr }, body }) => {
      const changed = registrations.isChanged(clusterName, brokerAddr, DataVersion.decode(body))
      registrations.touch(clusterName, brokerAddr)
      const known = brokers.live(clusterName, brokerAddr)?.dataVersion
      return known ? { fields: { changed }, body: DataVersion.encode(known) } : { fields: { changed } }
    }),
  ]
}

/** Ordinal of V3_0_11 in Apache's MQVersion: older brokers send their topics without RegisterBrokerBody around them. */
const VERSION_WITH_REGISTER_BODY = 37

function announcedTopics({ body, version }: Request, compressed: boolean) {
  if (body.length === 0) {
    return { dataVersion: { stateVersion: 0, timestamp: 0, counter: 0 }, topics: [], mappings: new Map() }
  }
  if (version < VERSION_WITH_REGISTER_BODY) {
    const { dataVersion, topicConfigTable } = TopicConfigSerializeWrapper.decode(body)
    return { dataVersion, topics: [...topicConfigTable.values()], mappings: new Map() }
  }
  const { topicConfigSerializeWrapper: announced } = compressed
    ? CompressedRegisterBrokerBody.decode(body, version)
    : RegisterBrokerBody.decode(body)
  return {
    dataVersion: announced.dataVersion,
    topics: [...announced.topicConfigTable.values()],
    mappings: announced.topicQueueMappingInfoMap,
  }
}

export type { Body } from '../body/body.js'
export { formatJavaProperties, parseJavaProperties } from '../body/java-properties.js'
export type { ObjectValue, Shape } from '../body/shape.js'
export { type BatchMessage, BatchMessages } from './batch-messages.js'
export {
  ConsumerOrderInfo,
  KVConfigSerializeWrapper,
  OffsetSerializeWrapper,
  type OrderInfo,
  TopicConfigSerializeWrapper,
  TopicQueueMappingSerializeWrapper,
} from './config-files.js'
export { SubscriptionData, SubscriptionGroupConfig } from './groups.js'
export { PopAck, PopCheckPoint } from './pop-records.js'
export { CompressedRegisterBrokerBody, RegisterBrokerBody } from './registration.js'
export { type BrokerData, MASTER_ID, type MessageQueue, type QueueData, TopicRouteData } from './routes.js'
export { DataVersion, KVTable } from './tables.js'
export { TimerCheckpoint } from './timer-checkpoint.js'
export {
  TopicConfig,
  TopicConfigAndMappingSerializeWrapper,
  TopicList,
  TopicQueueMappingDetail,
  type TopicQueueMappingInfo,
} from './topics.js'

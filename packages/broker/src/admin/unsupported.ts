import { RequestCode } from '@rocketeer/protocol'

const container = 'this broker runs in a process of its own, not in a broker container'
const controller = 'there is no controller: this broker is a master for good, and has no slaves yet'
const rocksdb = 'topics, groups, offsets and queues are kept in files; there is no RocksDB here'
const coldReads = 'reads of old messages are not limited per group here'
const auth = 'users and access rules are not built yet: whoever reaches the port may do everything'
const lite = 'lite topics are not built; clients reach them through the gRPC proxy of RocketMQ 5.5'

/** Requests of mqadmin and its likes that an Apache broker answers and this one does not, with the reason it gives them. */
export const unsupported: ReadonlyMap<number, string> = new Map<RequestCode, string>([
  [RequestCode.ADD_BROKER, container],
  [RequestCode.REMOVE_BROKER, container],
  [RequestCode.GET_BROKER_EPOCH_CACHE, controller],
  [RequestCode.NOTIFY_BROKER_ROLE_CHANGED, controller],
  [RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE, controller],
  [RequestCode.EXCHANGE_BROKER_HA_INFO, controller],
  [RequestCode.EXPORT_ROCKSDB_CONFIG_TO_JSON, rocksdb],
  [RequestCode.UPDATE_COLD_DATA_FLOW_CTR_CONFIG, coldReads],
  [RequestCode.REMOVE_COLD_DATA_FLOW_CTR_CONFIG, coldReads],
  [
    RequestCode.SET_COMMITLOG_READ_MODE,
    'files are read, not mapped into memory: there is no read-ahead to set',
  ],
  [RequestCode.UPDATE_AND_CREATE_STATIC_TOPIC, 'static topics (queues mapped across brokers) are not built'],
  [RequestCode.AUTH_CREATE_USER, auth],
  [RequestCode.AUTH_UPDATE_USER, auth],
  [RequestCode.AUTH_DELETE_USER, auth],
  [RequestCode.AUTH_GET_USER, auth],
  [RequestCode.AUTH_LIST_USER, auth],
  [RequestCode.AUTH_CREATE_ACL, auth],
  [RequestCode.AUTH_UPDATE_ACL, auth],
  [RequestCode.AUTH_DELETE_ACL, auth],
  [RequestCode.AUTH_GET_ACL, auth],
  [RequestCode.AUTH_LIST_ACL, auth],
  [RequestCode.POP_LITE_MESSAGE, lite],
  [RequestCode.LITE_SUBSCRIPTION_CTL, lite],
  [RequestCode.ACK_LITE_MESSAGE, lite],
  [RequestCode.GET_BROKER_LITE_INFO, lite],
  [RequestCode.GET_PARENT_TOPIC_INFO, lite],
  [RequestCode.GET_LITE_TOPIC_INFO, lite],
  [RequestCode.GET_LITE_CLIENT_INFO, lite],
  [RequestCode.GET_LITE_GROUP_INFO, lite],
  [RequestCode.TRIGGER_LITE_DISPATCH, lite],
])

import { parseOptions, type z } from '@rocketeer/foundation'

/** What Apache's Java client calls options that have other names here → ours; behind a dot, those of `trace`. */
export const optionsByApacheName: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // ClientConfig
    namesrvAddr: 'nameservers',
    pollNameServerInterval: 'pollRouteIntervalMs',
    heartbeatBrokerInterval: 'heartbeatIntervalMs',
    mqClientApiTimeout: 'requestTimeoutMs',
    enableTrace: 'trace',
    traceTopic: 'trace.topic',
    traceMsgBatchNum: 'trace.batchSize',
    // DefaultMQProducer, TransactionMQProducer
    producerGroup: 'group',
    sendMsgTimeout: 'sendTimeoutMs',
    retryTimesWhenSendFailed: 'sendRetriesMax',
    retryTimesWhenSendAsyncFailed: 'sendRetriesMax',
    sendLatencyFaultEnable: 'avoidSlowBrokers',
    compressMsgBodyOverHowmuch: 'compressBodyOverBytes',
    maxMessageSize: 'messageBytesMax',
    defaultTopicQueueNums: 'newTopicQueues',
    transactionListener: 'check',
    checkThreadPoolMaxSize: 'checkConcurrency',
    checkRequestHoldMax: 'checksWaitingMax',
    // DefaultMQPushConsumer, DefaultLitePullConsumer
    consumerGroup: 'group',
    messageModel: 'mode',
    messageListener: 'handle',
    consumeFromWhere: 'startFrom',
    consumeThreadMin: 'concurrency',
    consumeThreadMax: 'concurrency',
    consumeMessageBatchMaxSize: 'batchSize',
    consumeTimeout: 'consumeTimeoutMs',
    maxReconsumeTimes: 'retriesMax',
    suspendCurrentQueueTimeMillis: 'suspendMs',
    allocateMessageQueueStrategy: 'allocate',
    clientRebalance: 'assignedBy',
    brokerSuspendMaxTimeMillis: 'pullWaitMs',
    pullThresholdForQueue: 'pullThresholdMessages',
    pullThresholdSizeForQueue: 'pullThresholdBytes',
    consumeConcurrentlyMaxSpan: 'pullThresholdSpan',
    persistConsumerOffsetInterval: 'persistOffsetIntervalMs',
    popBatchNums: 'popBatchSize',
    popInvisibleTime: 'popInvisibleMs',
    popThresholdForQueue: 'popThresholdMessages',
  }),
)

/** Throws `OPTION_INVALID`, which says for one of Apache's names what it is called here. */
export function parseClientOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: unknown,
  subject: string,
): Readonly<z.output<Schema>> {
  return parseOptions(schema, options, {
    subject,
    nameHere: (option) => {
      const here = optionsByApacheName.get(option)
      return here !== undefined && here.split('.')[0]! in schema.shape ? here : undefined
    },
  })
}

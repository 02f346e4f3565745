const subscription = {
  ...{ classFilterMode: false, topic: 'orders', subString: 'a || b', tagsSet: ['a', 'b'] },
  ...{ codeSet: [97, 98], subVersion: 1, expressionType: 'TAG' },
}

const topicConfig = {
  ...{ topicName: 'orders', readQueueNums: 4, writeQueueNums: 4, perm: 6, topicFilterType: 'SINGLE_TAG' },
  ...{ topicSysFlag: 0, order: false, attributes: {} },
}

const groupConfig = {
  ...{ groupName: 'readers', consumeEnable: true, consumeFromMinEnable: true, consumeBroadcastEnable: true },
  ...{ consumeMessageOrderly: false, retryQueueNums: 1, retryMaxTimes: 16, brokerId: 0 },
  ...{ whichBrokerWhenConsumeSlowly: 1, notifyConsumerIdsChangedEnable: true, groupSysFlag: 0 },
  ...{
    consumeTimeoutMinute: 15,
    attributes: {},
    subscriptionDataSet: [{ topic: 'orders', expressionType: 'TAG' }],
  },
  groupRetryPolicy: { type: 'CUSTOMIZED', customizedRetryPolicy: { next: [1000, 5000] } },
}

const queues = {
  ...{ consumerGroup: 'readers', clientId: 'client', onlyThisBroker: false },
  mqSet: [{ topic: 'orders', brokerName: 'broker-a', queueId: 0 }],
}

/** By command: a body that it carries out. */
export const soundBodies: Readonly<Record<string, unknown>> = {
  HEART_BEAT: {
    ...{ clientID: 'client', heartbeatFingerprint: 0, withoutSub: false },
    producerDataSet: [{ groupName: 'producers' }],
    consumerDataSet: [
      {
        ...{ groupName: 'readers', consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING' },
        ...{ consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', unitMode: false },
        subscriptionDataSet: [subscription],
      },
    ],
  },
  CHECK_CLIENT_CONFIG: {
    ...{ clientId: 'client', group: 'readers', namespace: '' },
    subscriptionData: { ...subscription, subString: 'a > 1', expressionType: 'SQL92' },
  },
  LOCK_BATCH_MQ: queues,
  UNLOCK_BATCH_MQ: queues,
  QUERY_ASSIGNMENT: {
    ...{ topic: 'orders', consumerGroup: 'readers', clientId: 'client' },
    ...{ strategyName: 'AVG', messageModel: 'CLUSTERING' },
  },
  SET_MESSAGE_REQUEST_MODE: { topic: 'orders', consumerGroup: 'readers', mode: 'POP', popShareQueueNum: 2 },
  UPDATE_AND_CREATE_SUBSCRIPTIONGROUP: groupConfig,
  UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST: { groupConfigList: [groupConfig] },
  UPDATE_AND_CREATE_TOPIC_LIST: { topicConfigList: [topicConfig] },
  BATCH_ACK_MESSAGE: {
    brokerName: 'broker-a',
    acks: [{ ...{ c: 'readers', t: 'orders', r: '0', so: 0, q: 0, rq: 0, pt: 1, it: 60_000 }, b: 'AQ==' }],
  },
  UPDATE_BROKER_CONFIG: 'maxMsgsNumBatch=64',
  UPDATE_NAMESRV_CONFIG: 'returnOrderTopicConfigToBroker=true',
  REGISTER_BROKER: {
    topicConfigSerializeWrapper: {
      ...{
        dataVersion: { stateVersion: 0, timestamp: 7, counter: 1 },
        topicConfigTable: { elsewhere: topicConfig },
      },
      ...{ topicQueueMappingInfoMap: {}, topicQueueMappingDetailMap: {} },
    },
    filterServerList: [],
  },
  REGISTER_TOPIC_IN_NAMESRV: { topicQueueTable: {}, queueDatas: [], brokerDatas: [] },
  QUERY_DATA_VERSION: { stateVersion: 0, timestamp: 7, counter: 1 },
}

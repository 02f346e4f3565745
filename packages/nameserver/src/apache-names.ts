/** What each option is called in Apache's configuration, and so by mqadmin. Apache: NamesrvConfig, NettyServerConfig. */
export const apacheNames = {
  host: 'bindAddress',
  port: 'listenPort',
  kvConfigPath: 'kvConfigPath',
  orderTopics: 'orderMessageEnable',
  sendOrderTopics: 'returnOrderTopicConfigToBroker',
  allowActingMaster: 'supportActingMaster',
  listAllTopics: 'enableAllTopicList',
  listTopics: 'enableTopicList',
  dropMissingTopics: 'deleteTopicWithBrokerRegistration',
} as const

/** Apache's name → ours. */
export const optionsByApacheName: ReadonlyMap<string, string> = new Map(
  Object.entries(apacheNames).map(([option, name]) => [name, option]),
)

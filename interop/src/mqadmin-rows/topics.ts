import { type MqadminRow, prints, same } from './row.js'

/** Topics and groups are made and changed; the rows after these use `orders` and `billing`. */
export const topicRows: readonly MqadminRow[] = [
  same('clusterList', { prints: /DefaultCluster +broker-a +0 +\S+ +V5_5_0/ }),
  same('clusterList -m'),
  same('updateTopic -c DefaultCluster -t orders -r 2 -w 2 -a +message.type=NORMAL'),
  same('updateTopic -b {broker} -t orders -r 4 -w 4', { prints: /create topic to \S+ success/ }),
  // mqadmin of 5.5 prints its help after succeeding.
  same('updateTopicList -c DefaultCluster -f {directory}/topics.json', {
    prints: /submit batch of topic config to \S+ success/,
    shows: [['topicRoute', '-t', 'listed', '-l'], / 3 +3 +6/],
    soon: true,
  }),
  same('updateTopicPerm -t orders -b {broker} -p 4', {
    shows: [['topicRoute', '-t', 'orders', '-l'], / 4 +4 +4/],
  }),
  same('updateTopicPerm -t orders -c DefaultCluster -p 6', {
    shows: [['topicRoute', '-t', 'orders', '-l'], / 4 +4 +6/],
  }),
  same('topicList', { prints: /^orders$/m }),
  same('topicList -c', { prints: /^DefaultCluster +orders/m }),
  same('topicRoute -t orders', { prints: /"readQueueNums":4/ }),
  same('topicRoute -t orders -l'),
  same('topicClusterList -t orders', { prints: /^DefaultCluster$/m }),
  same('updateSubGroup -c DefaultCluster -g billing -r 5 -q 2', { prints: /retryMaxTimes=5/ }),
  same('updateSubGroupList -b {broker} -f {directory}/groups.json', {
    shows: [['getConsumerConfig', '-g', 'listed-group'], /retryMaxTimes += +7/],
  }),
  same('getConsumerConfig -g billing', { prints: /retryQueueNums += +2/ }),
  same('setConsumeMode -c DefaultCluster -t orders -g billing -m PULL'),
  same('allocateMQ -t orders -i 10.0.0.1,10.0.0.2', { prints: /"10\.0\.0\.1":\[\{"brokerName":"broker-a"/ }),
  same('updateOrderConf -t orders -m put -v broker-a:4'),
  same('updateOrderConf -t orders -m get', { prints: /orderConf=\[broker-a:4\]/ }),
  same('updateOrderConf -t orders -m delete'),
]

/** Deletions, which run at the end, when no row needs the topics and groups any more. */
export const deletionRows: readonly MqadminRow[] = [
  same('deleteSubGroup -c DefaultCluster -g listed-group -r true', {
    shows: [['getConsumerConfig', '-g', 'listed-group'], /^\s*$/],
  }),
  same('cleanUnusedTopic -b {broker}'),
  prints('deleteTopic -c DefaultCluster -t listed', /delete topic \[listed\] from NameServer success/, {
    shows: [['topicRoute', '-t', 'listed'], /CODE: 17/],
  }),
]
